using Microsoft.Extensions.Time.Testing;

namespace SigningAction.Agent.Tests.Fakes;

/// <summary>
/// A clock that stands while there is work and moves while somebody waits; waits end on it and time-outs do not. A clock that runs freely would race with work on
/// other threads, and every service of these tests answers at once.
/// </summary>
public class UnhurriedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private int _waits;

    /// <summary>Whether somebody waits.</summary>
    public bool IsWaitedFor => Volatile.Read(ref _waits) > 0;

    /// <summary>Moves the clock, while somebody waits, until <paramref name="work"/> is done.</summary>
    public async Task<T> RunAsync<T>(Task<T> work)
    {
        while (!work.IsCompleted)
        {
            if (IsWaitedFor)
            {
                Advance(TimeSpan.FromMilliseconds(100));
            }

            await Task.Yield();
        }

        return await work;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        state is CancellationTokenSource || dueTime == Timeout.InfiniteTimeSpan
            ? base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period)
            : new Wait(this, callback, state, dueTime, period);

    private sealed class Wait : ITimer
    {
        private readonly UnhurriedTime _time;
        private readonly ITimer _timer;
        private int _over;

        public Wait(UnhurriedTime time, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _time = time;
            _timer = time.CreateReal(
                s =>
                {
                    End();
                    callback(s);
                },
                state,
                dueTime,
                period);

            // When the timer is set and not before: the clock would run meanwhile.
            Interlocked.Increment(ref time._waits);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => _timer.Change(dueTime, period);

        public void Dispose()
        {
            End();
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            End();
            return _timer.DisposeAsync();
        }

        private void End()
        {
            if (Interlocked.Exchange(ref _over, 1) == 0)
            {
                Interlocked.Decrement(ref _time._waits);
            }
        }
    }

    private ITimer CreateReal(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, dueTime, period);
}
