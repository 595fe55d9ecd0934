namespace SigningAction.Authority.Storage;

/// <summary>Number of a log in the database and in the high-water file; fixed for the life of the log. Its origin is in its checkpoint.</summary>
/// <param name="Number">Positive; the first three are named here, later shards take the next free number.</param>
public readonly record struct LogId(int Number)
{
    /// <summary>Signatures (Rekor v2).</summary>
    public static LogId Signatures { get; } = new(1);

    /// <summary>Issued certificates (static-ct-api).</summary>
    public static LogId Certificates { get; } = new(2);

    /// <summary>Every decision of the authority; private.</summary>
    public static LogId Audit { get; } = new(3);

    /// <inheritdoc/>
    public override string ToString() => Number switch
    {
        1 => "signatures",
        2 => "certificates",
        3 => "audit",
        _ => $"log {Number}",
    };
}
