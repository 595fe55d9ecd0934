using System.Globalization;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Transparency;

/// <summary>What a log says of itself at one size (C2SP tlog-checkpoint). Unsigned: the signatures are on the note that carries it.</summary>
/// <param name="Origin">Name of the log.</param>
/// <param name="Size">Leaves of the tree.</param>
/// <param name="Root">Root of the tree.</param>
/// <param name="Extensions">Lines behind the root, without their line feeds; opaque.</param>
public sealed record Checkpoint(string Origin, long Size, Sha256Digest Root, IReadOnlyList<string> Extensions)
{
    /// <summary>A checkpoint without extension lines.</summary>
    public Checkpoint(string origin, long size, Sha256Digest root)
        : this(origin, size, root, [])
    {
    }

    /// <summary>Reads the text of a note as a checkpoint.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.CheckpointMalformed"/>.</exception>
    public static Checkpoint ParseText(string text)
    {
        if (!text.EndsWith('\n'))
        {
            throw Malformed("its text does not end in a line feed");
        }

        var lines = text[..^1].Split('\n');
        if (lines.Length < 3 || lines.Any(line => line.Length == 0))
        {
            throw Malformed("origin, size and root hash must each have a line, and no line may be empty");
        }

        // "007" and "+7" parse too: one number has one spelling.
        if (!long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || size.ToString(CultureInfo.InvariantCulture) != lines[1])
        {
            throw Malformed("its size is not a decimal number");
        }

        if (!StrictBase64.TryDecode(lines[2], out var root) || root.Length != Sha256Digest.Size)
        {
            throw Malformed("its root hash is not base64 of 32 bytes");
        }

        return new Checkpoint(lines[0], size, Sha256Digest.From(root), lines[3..]);
    }

    /// <summary>The note text, with its last line feed.</summary>
    public string ToText() =>
        string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{StrictBase64.Encode(Root.Span)}\n")
        + string.Concat(Extensions.Select(line => line + "\n"));

    private static EvidenceException Malformed(string why) =>
        new(FailureCode.CheckpointMalformed, $"The checkpoint does not parse: {why}.");
}
