namespace SigningAction.Authority.Tests.Clock;

/// <summary>A clock that somebody sets, on a machine whose uptime goes on by itself.</summary>
internal sealed class MovableClock(TimeProvider uptime) : TimeProvider
{
    /// <summary>How far the clock was set from where it would be.</summary>
    public TimeSpan Set { get; set; }

    public override long TimestampFrequency => uptime.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => uptime.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => uptime.GetUtcNow() + Set;

    public override long GetTimestamp() => uptime.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        uptime.CreateTimer(callback, state, dueTime, period);
}
