using System.Buffers.Binary;

namespace SigningAction.Evidence.Encoding;

/// <summary>One signature line of a note.</summary>
/// <param name="Name">Key name: not empty, no white space, no <c>+</c>.</param>
/// <param name="Hint">Key id, 32 bits; not authenticated, only tells which key to try.</param>
/// <param name="Bytes">The signature behind the key id; its form follows from the key.</param>
public sealed record NoteSignature(string Name, uint Hint, ReadOnlyMemory<byte> Bytes)
{
    internal const int HintBytes = 4;

    internal static NoteSignature FromBlob(string name, byte[] blob) =>
        new(name, BinaryPrimitives.ReadUInt32BigEndian(blob), blob.AsMemory(HintBytes));

    internal string ToBase64()
    {
        var blob = new byte[HintBytes + Bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(blob, Hint);
        Bytes.Span.CopyTo(blob.AsSpan(HintBytes));
        return StrictBase64.Encode(blob);
    }
}
