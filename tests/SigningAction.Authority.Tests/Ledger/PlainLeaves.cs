using SigningAction.Authority.Ledger;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>Leaves of any bytes, without rows: for tests of sizes.</summary>
internal sealed class PlainLeaves : LeafFormat
{
    public override int TileLevel => TilePath.Entries;

    public override LeafContent Read(ReadOnlyMemory<byte> leaf) => new(MerkleTree.LeafHash(leaf.Span), []);

    public override void Append(Stream bundle, ReadOnlySpan<byte> leaf) => EntryBundle.Append(bundle, leaf);
}
