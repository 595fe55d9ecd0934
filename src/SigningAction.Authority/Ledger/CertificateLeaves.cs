using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// Leaves of a certificate log (C2SP static-ct-api): kept and served as TileLeaf, which has the whole precertificate and its issuers, and hashed as
/// MerkleTreeLeaf (RFC 6962, section 3.4), as every certificate log is.
/// </summary>
public sealed class CertificateLeaves : LeafFormat
{
    /// <inheritdoc/>
    public override int TileLevel => TilePath.Data;

    /// <inheritdoc/>
    public override LeafContent Read(ReadOnlyMemory<byte> leaf)
    {
        var entry = CertificateLogEntry.Parse(leaf.Span);
        return new LeafContent(MerkleTree.LeafHash(entry.MerkleTreeLeaf()), [], entry.LeafIndex);
    }

    /// <inheritdoc/>
    public override Sha256Digest HashOf(ReadOnlySpan<byte> leaf) => MerkleTree.LeafHash(CertificateLogEntry.Parse(leaf).MerkleTreeLeaf());

    /// <summary>A TileLeaf says its own length: a data tile is nothing but one after the other.</summary>
    public override void Append(Stream bundle, ReadOnlySpan<byte> leaf) => bundle.Write(leaf);
}
