namespace SigningAction.Authority.Storage;

/// <summary>What one commit adds to one log.</summary>
/// <param name="Before">The head that must be stored when the commit happens (size and root are compared).</param>
/// <param name="After">The head that replaces it.</param>
/// <param name="Leaves">Leaves from <c>Before.Size</c> to before <c>After.Size</c>, in order.</param>
/// <param name="Tiles">The hash tiles that these leaves filled.</param>
/// <param name="Rows">What people query about these leaves.</param>
public sealed record LogAppend(StoredHead Before, StoredHead After, IReadOnlyList<StoredLeaf> Leaves, IReadOnlyList<StoredTile> Tiles, IReadOnlyList<LedgerRow> Rows);
