using System.Buffers.Binary;
using SigningAction.Authority.Ledger;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>
/// Stands where certificates stand: a leaf begins with its own index, what is hashed is not what is stored, and leaves are served without lengths.
/// </summary>
internal sealed class NumberedLeaves : LeafFormat
{
    public const int Size = 16;

    public override int TileLevel => TilePath.Data;

    public static byte[] Leaf(long index, long payload)
    {
        var leaf = new byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(leaf, index);
        BinaryPrimitives.WriteInt64BigEndian(leaf.AsSpan(8), payload);
        return leaf;
    }

    public static byte[] Hashed(ReadOnlySpan<byte> leaf) => [0xCE, .. leaf[8..], .. leaf[..8]];

    public override LeafContent Read(ReadOnlyMemory<byte> leaf) => leaf.Length == Size
        ? new LeafContent(MerkleTree.LeafHash(Hashed(leaf.Span)), [], BinaryPrimitives.ReadInt64BigEndian(leaf.Span))
        : throw new EvidenceException(FailureCode.LogEntryMalformed, "No numbered leaf.");

    public override Sha256Digest HashOf(ReadOnlySpan<byte> leaf) => MerkleTree.LeafHash(Hashed(leaf));

    public override void Append(Stream bundle, ReadOnlySpan<byte> leaf) => bundle.Write(leaf);
}
