namespace SigningAction.Authority.Ledger;

/// <summary>What readiness checks show.</summary>
/// <param name="Condition">Whether the ledger appends.</param>
/// <param name="Reason">Why it does not, one sentence; null when it does.</param>
public sealed record LedgerState(LedgerCondition Condition, string? Reason)
{
    /// <summary>It appends.</summary>
    public static LedgerState Ready { get; } = new(LedgerCondition.Ready, null);
}
