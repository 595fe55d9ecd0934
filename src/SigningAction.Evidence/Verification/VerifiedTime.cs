namespace SigningAction.Evidence.Verification;

/// <summary>A time at which the signature was proven to exist.</summary>
public sealed record VerifiedTime
{
    internal VerifiedTime(DateTimeOffset time, string source, string countsAs, OwnEntry? promise)
    {
        Time = time;
        Source = source;
        CountsAs = countsAs;
        Promise = promise;
    }

    /// <summary>The time, UTC.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Who vouches for it: name of the timestamp authority, or of the log.</summary>
    public string Source { get; }

    /// <summary>Whether an RFC 3161 timestamp proves it, and not the promise of a log.</summary>
    public bool IsTimestamp => Promise is null;

    /// <summary>Whose opinion it is: the operator, where the trusted root names one.</summary>
    internal string CountsAs { get; }

    /// <summary>The log entry whose promise it is.</summary>
    internal OwnEntry? Promise { get; }
}
