namespace SigningAction.Authority.Ledger;

/// <summary>Why the ledger did not take or finish a unit of work. Trying again is right for all of them.</summary>
public enum LedgerUnavailableReason
{
    /// <summary>Never used: a default value is no reason.</summary>
    None = 0,

    /// <summary>More work is waiting than will be done soon; nothing was taken.</summary>
    Busy,

    /// <summary>The database failed and is being reopened; nothing was taken.</summary>
    NotReady,

    /// <summary>The commit failed: the work may be durable or not. The same leaf again gets the same index.</summary>
    OutcomeUnknown,

    /// <summary>The authority stops; nothing was taken.</summary>
    Stopping,
}
