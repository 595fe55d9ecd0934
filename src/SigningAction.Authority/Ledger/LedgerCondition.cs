namespace SigningAction.Authority.Ledger;

/// <summary>Whether the ledger appends.</summary>
public enum LedgerCondition
{
    /// <summary>Never used: a default value is no condition.</summary>
    None = 0,

    /// <summary>It appends.</summary>
    Ready,

    /// <summary>A commit failed; it is read-only until the database was reopened and its tail verified. It tries by itself.</summary>
    Recovering,

    /// <summary>What is stored contradicts what was published; it stays read-only.</summary>
    Refused,

    /// <summary>It was stopped.</summary>
    Stopped,
}
