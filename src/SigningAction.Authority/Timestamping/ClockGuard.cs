namespace SigningAction.Authority.Timestamping;

/// <summary>
/// Says what time it is, or that nobody knows. A clock that stands before something that this authority already signed was set back, and a stamp from it
/// would make an expired certificate look valid.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="lastSigned">The newest time that was signed and is durable.</param>
public sealed class ClockGuard(TimeProvider time, Func<DateTimeOffset> lastSigned)
{
    /// <summary>How far the clock may stand behind: the accuracy that tokens state.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <summary>Whether the clock is beyond the doubt that can be had here.</summary>
    public bool IsTrusted => time.GetUtcNow() + Tolerance >= lastSigned();

    /// <summary>The time.</summary>
    /// <returns>False when it is in doubt: then nothing is stamped.</returns>
    public bool TryGetTime(out DateTimeOffset now)
    {
        now = time.GetUtcNow();
        return now + Tolerance >= lastSigned();
    }
}
