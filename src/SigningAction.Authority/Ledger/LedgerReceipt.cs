namespace SigningAction.Authority.Ledger;

/// <summary>Work that is committed.</summary>
/// <typeparam name="T">What its caller wanted to have.</typeparam>
/// <param name="Product">What the work made.</param>
/// <param name="Leaves">Its leaves, in the order of its logs.</param>
public sealed record LedgerReceipt<T>(T Product, IReadOnlyList<CommittedLeaf> Leaves);
