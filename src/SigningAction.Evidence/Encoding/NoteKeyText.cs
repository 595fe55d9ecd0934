using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SigningAction.Evidence.Encoding;

/// <summary>
/// A verifier key as C2SP signed-note writes it: <c>NAME+HASH+BASE64</c>, where the hash is the key's hint in eight hexadecimal digits and the rest a byte
/// of type and the key.
/// </summary>
/// <param name="Name">Key name.</param>
/// <param name="Type">Signature type; not checked against what is known.</param>
/// <param name="Key">The key behind the type.</param>
/// <param name="Hint">First four bytes of SHA-256 over name, line feed, type and key; an ECDSA log key's is another (<see cref="NoteKeyType.Ecdsa"/>).</param>
internal sealed record NoteKeyText(string Name, NoteKeyType Type, byte[] Key, uint Hint)
{
    private const int HashDigits = 8;

    /// <summary>Reads the text strictly; null when it is none, or its hash is not the key's.</summary>
    public static NoteKeyText? Parse(string text)
    {
        // The base64 may hold plus signs, the name may not.
        var parts = text.Split('+', 3);
        if (parts.Length != 3
            || !NoteKey.IsValidName(parts[0])
            || parts[1].Length != HashDigits
            || !uint.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hint)
            || !StrictBase64.TryDecode(parts[2], out var typed)
            || typed.Length < 2)
        {
            return null;
        }

        var type = (NoteKeyType)typed[0];
        var hashed = type == NoteKeyType.Ecdsa
            ? Sha256Digest.Of(typed.AsSpan(1))
            : Sha256Digest.Of([.. System.Text.Encoding.UTF8.GetBytes(parts[0]), 0x0A, .. typed]);
        return BinaryPrimitives.ReadUInt32BigEndian(hashed.Span) == hint ? new NoteKeyText(parts[0], type, typed[1..], hint) : null;
    }
}
