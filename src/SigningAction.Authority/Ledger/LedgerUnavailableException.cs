namespace SigningAction.Authority.Ledger;

/// <summary>The ledger cannot answer now; the caller may try again (HTTP 503).</summary>
public sealed class LedgerUnavailableException(LedgerUnavailableReason reason, Exception? inner = null)
    : Exception($"The ledger is not available: {reason}.", inner)
{
    /// <summary>Why.</summary>
    public LedgerUnavailableReason Reason { get; } = reason;
}
