using SigningAction.Authority.Storage;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>Leaves of a signature log: canonical bodies of Rekor v2.</summary>
public sealed class SignatureLeaves : LeafFormat
{
    /// <inheritdoc/>
    public override int TileLevel => TilePath.Entries;

    /// <inheritdoc/>
    public override LeafContent Read(ReadOnlyMemory<byte> leaf)
    {
        var entry = HashedRekordEntry.ParseCanonicalBody(leaf);
        return new LeafContent(MerkleTree.LeafHash(leaf.Span), [new EntryRow(Convert.ToHexStringLower(entry.Digest.Span))]);
    }

    /// <inheritdoc/>
    public override void Append(Stream bundle, ReadOnlySpan<byte> leaf) => EntryBundle.Append(bundle, leaf);
}
