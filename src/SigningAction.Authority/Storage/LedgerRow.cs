namespace SigningAction.Authority.Storage;

/// <summary>
/// A row that people query. It says nothing that its leaf does not: it is made from the leaf by the log's format, when it is appended and again by fsck.
/// </summary>
public abstract record LedgerRow
{
    /// <summary>The leaf that the row was made from.</summary>
    public long Index { get; init; }
}
