namespace SigningAction.Evidence.Verification;

/// <summary>A time at which the signature was proven to exist.</summary>
public sealed record VerifiedTime
{
    internal VerifiedTime(DateTimeOffset time, string source)
    {
        Time = time;
        Source = source;
    }

    /// <summary>The time, UTC.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Who vouches for it: name of the timestamp authority.</summary>
    public string Source { get; }
}
