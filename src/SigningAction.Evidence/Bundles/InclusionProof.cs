using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Bundles;

/// <summary>The proof that an entry is in a log, with the checkpoint that signs for it.</summary>
/// <param name="LogIndex">Index of the leaf in the tree.</param>
/// <param name="TreeSize">Leaves of the tree; the checkpoint's size is the one that counts.</param>
/// <param name="RootHash">Root of the tree; the checkpoint's root is the one that counts.</param>
/// <param name="Hashes">Siblings from the leaf up.</param>
/// <param name="Checkpoint">The signed note.</param>
public sealed record InclusionProof(long LogIndex, long TreeSize, Sha256Digest RootHash, IReadOnlyList<Sha256Digest> Hashes, string Checkpoint);
