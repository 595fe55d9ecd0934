namespace SigningAction.Authority.Storage;

/// <summary>The database cannot be used as it is: in use, of another version, damaged, or not there. The message says what to do.</summary>
public sealed class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether another process uses it, which may be one that is just stopping.</summary>
    public bool IsInUse { get; init; }

    /// <summary>Whether nothing is wrong but that it has no room for more.</summary>
    public bool IsFull { get; init; }

    /// <summary>Whether its pages, tables or values are not what this program wrote.</summary>
    public bool IsDamaged { get; init; }
}
