using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Ledger;

/// <summary>What a leaf says, read once by its log's format.</summary>
/// <param name="Hash">Its Merkle leaf hash.</param>
/// <param name="Rows">What people query about it; the engine puts the index in.</param>
/// <param name="OwnIndex">The index that the leaf itself claims, where its format has one.</param>
public sealed record LeafContent(Sha256Digest Hash, IReadOnlyList<LedgerRow> Rows, long? OwnIndex = null);
