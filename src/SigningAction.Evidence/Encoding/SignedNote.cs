using System.Text;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Encoding;

/// <summary>
/// A signed note (C2SP signed-note): text that ends in a line feed, an empty line, signature lines. Parsing proves nothing yet:
/// <see cref="IsSignedBy"/> does, with a key of the caller.
/// </summary>
public sealed class SignedNote
{
    private const string SignaturePrefix = "— ";

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures)
    {
        Text = text;
        Signatures = signatures;
    }

    /// <summary>The signed text with its last line feed: exactly the bytes (UTF-8) that signatures cover.</summary>
    public string Text { get; }

    /// <summary>Every signature line in order, known or not.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>Puts a note together.</summary>
    public static string Format(string text, IEnumerable<NoteSignature> signatures)
    {
        var note = new StringBuilder(text).Append('\n');
        foreach (var signature in signatures)
        {
            note.Append(SignaturePrefix).Append(signature.Name).Append(' ').Append(signature.ToBase64()).Append('\n');
        }

        return note.ToString();
    }

    /// <summary>Reads a note strictly.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.CheckpointMalformed"/>, <see cref="FailureCode.TooLarge"/> or <see cref="FailureCode.TooMany"/>.</exception>
    public static SignedNote Parse(string note)
    {
        if (note.Length > Limits.CheckpointBytes)
        {
            throw new EvidenceException(FailureCode.TooLarge, $"A checkpoint is longer than {Limits.CheckpointBytes} bytes.");
        }

        // The last empty line ends the text: the text itself may hold empty lines, signature lines cannot.
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || end + 2 == note.Length || !note.EndsWith('\n') || note.AsSpan().ContainsAnyInRange('\0', '\t') || note.AsSpan().ContainsAnyInRange('\v', '\u001f'))
        {
            throw Malformed("it is not a text, an empty line and signature lines");
        }

        var lines = note[(end + 2)..^1].Split('\n');
        if (lines.Length > Limits.NoteSignatures)
        {
            throw new EvidenceException(FailureCode.TooMany, $"A checkpoint has more than {Limits.NoteSignatures} signatures.");
        }

        return new SignedNote(note[..(end + 1)], [.. lines.Select(ParseSignature)]);
    }

    /// <summary>
    /// Whether <paramref name="key"/> signed this note. A line that carries the key's name and hint but does not verify refuses the note:
    /// nobody else may use that pair.
    /// </summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.CheckpointSignature"/> for such a line.</exception>
    public bool IsSignedBy(NoteKey key)
    {
        var signed = false;
        foreach (var signature in Signatures)
        {
            if (signature.Name != key.Name || signature.Hint != key.Hint)
            {
                continue;
            }

            if (!key.Verify(Text, signature.Bytes.Span))
            {
                throw new EvidenceException(FailureCode.CheckpointSignature, $"The signature of {key.Name} on the checkpoint does not verify.");
            }

            signed = true;
        }

        return signed;
    }

    private static NoteSignature ParseSignature(string line)
    {
        var space = line.LastIndexOf(' ');
        if (!line.StartsWith(SignaturePrefix, StringComparison.Ordinal) || space < SignaturePrefix.Length)
        {
            throw Malformed("a line behind the empty line is no signature line");
        }

        var name = line[SignaturePrefix.Length..space];
        if (!NoteKey.IsValidName(name)
            || !StrictBase64.TryDecode(line.AsSpan(space + 1), out var blob)
            || blob.Length <= NoteSignature.HintBytes)
        {
            throw Malformed("a signature line has no key name, or no base64 of a key id and a signature");
        }

        return NoteSignature.FromBlob(name, blob);
    }

    private static EvidenceException Malformed(string why) =>
        new(FailureCode.CheckpointMalformed, $"The checkpoint is not a signed note: {why}.");
}
