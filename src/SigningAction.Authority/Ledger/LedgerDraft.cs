namespace SigningAction.Authority.Ledger;

/// <summary>What a unit of work made, once it knew its indexes.</summary>
/// <typeparam name="T">What its caller wants to have.</typeparam>
/// <param name="Product">Given to the caller when, and only when, the leaves are durable.</param>
/// <param name="Leaves">One leaf for each log of the work, in their order.</param>
public sealed record LedgerDraft<T>(T Product, IReadOnlyList<ReadOnlyMemory<byte>> Leaves);
