namespace SigningAction.Authority.Clock;

/// <summary>
/// The clock of the ledger where time sources are configured. A clock that is in doubt must not date heads: one that ran an hour ahead would
/// put the newest head an hour into the future, and the authority would refuse for that hour after it was set right.
/// </summary>
/// <param name="inner">The machine's clock, whose timers are used.</param>
/// <param name="sources">What it is compared with.</param>
public sealed class SteadyClock(TimeProvider inner, TimeSourceMonitor sources) : TimeProvider
{
    /// <inheritdoc/>
    public override long TimestampFrequency => inner.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => sources.Steady;

    /// <inheritdoc/>
    public override long GetTimestamp() => inner.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
