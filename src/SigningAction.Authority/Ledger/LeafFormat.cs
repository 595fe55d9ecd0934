using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// What the leaves of one log are. The engine keeps bytes; the format says how they hash, how they are served and which rows they make. The same reading
/// serves appending, start-up and fsck, so that a row or a hash can never be something that its leaf is not.
/// </summary>
public abstract class LeafFormat
{
    /// <summary>The pseudo-level under which leaves are served: <see cref="TilePath.Entries"/> or <see cref="TilePath.Data"/>.</summary>
    public abstract int TileLevel { get; }

    /// <summary>Reads a leaf strictly.</summary>
    /// <exception cref="EvidenceException">It is no leaf of this log.</exception>
    public abstract LeafContent Read(ReadOnlyMemory<byte> leaf);

    /// <summary>The Merkle leaf hash of a leaf that was read before, without the rest of what it says: cheap enough to be asked again right before a head is signed.</summary>
    public virtual Sha256Digest HashOf(ReadOnlySpan<byte> leaf) => MerkleTree.LeafHash(leaf);

    /// <summary>Appends a leaf to the bundle that is served.</summary>
    public abstract void Append(Stream bundle, ReadOnlySpan<byte> leaf);
}
