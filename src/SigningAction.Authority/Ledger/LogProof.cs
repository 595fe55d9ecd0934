using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Ledger;

/// <summary>That a leaf is in its log: what a caller gets and can check without us.</summary>
/// <param name="Index">Position of the leaf.</param>
/// <param name="Size">Leaves of the tree that the checkpoint signs.</param>
/// <param name="Root">Root of that tree.</param>
/// <param name="Checkpoint">The signed note.</param>
/// <param name="Hashes">Inclusion proof (RFC 6962, section 2.1.1), from the leaf up.</param>
public sealed record LogProof(long Index, long Size, Sha256Digest Root, string Checkpoint, IReadOnlyList<Sha256Digest> Hashes);
