namespace SigningAction.Authority.Tests.Clock;

/// <summary>A clock that somebody sets, on a machine whose uptime goes on by itself.</summary>
internal sealed class MovableClock(TimeProvider uptime) : TimeProvider
{
    private int _deadlines;

    /// <summary>How far the clock was set from where it would be.</summary>
    public TimeSpan Set { get; set; }

    /// <summary>How far off the next reading is, and no other: somebody sets the clock right between two.</summary>
    public TimeSpan? Glimpse { get; set; }

    /// <summary>Timers that run once and are still held: one for each question to a time source that is under way.</summary>
    public int Deadlines => Volatile.Read(ref _deadlines);

    public override long TimestampFrequency => uptime.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => uptime.LocalTimeZone;

    public override DateTimeOffset GetUtcNow()
    {
        var set = Glimpse ?? Set;
        Glimpse = null;
        return uptime.GetUtcNow() + set;
    }

    public override long GetTimestamp() => uptime.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = uptime.CreateTimer(callback, state, dueTime, period);
        return period == Timeout.InfiniteTimeSpan ? new Deadline(this, timer) : timer;
    }

    private sealed class Deadline : ITimer
    {
        private readonly MovableClock _clock;
        private readonly ITimer _timer;
        private int _disposed;

        public Deadline(MovableClock clock, ITimer timer)
        {
            (_clock, _timer) = (clock, timer);
            _ = Interlocked.Increment(ref clock._deadlines);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => _timer.Change(dueTime, period);

        public void Dispose()
        {
            _timer.Dispose();
            Leave();
        }

        public async ValueTask DisposeAsync()
        {
            await _timer.DisposeAsync();
            Leave();
        }

        private void Leave()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                _ = Interlocked.Decrement(ref _clock._deadlines);
            }
        }
    }
}
