using System.Globalization;
using SigningAction.Authority.Wire;

namespace SigningAction.Authority.Clock;

/// <summary>
/// Says what time it is, or that nobody knows. A clock that stands before something that this authority already signed was set back, and a stamp from it
/// would make an expired certificate look valid; one that time sources contradict is no better. What is in doubt signs nothing.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="lastSigned">The newest time that was signed and is durable.</param>
/// <param name="sources">What it is compared with; null when no source is configured.</param>
public sealed class ClockGuard(TimeProvider time, Func<DateTimeOffset> lastSigned, TimeSourceMonitor? sources = null)
{
    /// <summary>How far the clock may stand behind: the accuracy that tokens state. A leap second that is repeated stays within it.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <summary>Seconds after which a clock in doubt is worth another question.</summary>
    private const int RetrySeconds = 30;

    private long _newest;

    /// <summary>How the clock stands now.</summary>
    public ClockState State => Read(out _);

    /// <summary>The time. It never goes back: within <see cref="Tolerance"/> it stands still, beyond that it is in doubt.</summary>
    /// <exception cref="RequestRefusedException">It is in doubt (503): then nothing is signed.</exception>
    public DateTimeOffset Now()
    {
        var state = Read(out var now);
        return state.IsTrusted ? Advance(now) : throw new RequestRefusedException(
            StatusCodes.Status503ServiceUnavailable,
            "CLOCK_IN_DOUBT",
            $"The authority's clock is in doubt, so it signs nothing: {state.Reason}",
            "Try again later; an administrator must look at the clock of the authority.")
        {
            RetryAfter = RetrySeconds,
        };
    }

    private ClockState Read(out DateTimeOffset now)
    {
        now = time.GetUtcNow();
        var newest = new DateTimeOffset(Math.Max(Volatile.Read(ref _newest), lastSigned().UtcTicks), TimeSpan.Zero);
        if (now + Tolerance < newest)
        {
            return new ClockState(
                ClockCondition.BehindLedger, string.Create(CultureInfo.InvariantCulture, $"it stands before {newest:u}, and something was signed then."));
        }

        var state = sources?.StateAt(now) ?? ClockState.Ready;
        now = now > newest ? now : newest;
        return state;
    }

    /// <summary>What was given out once is the past for everybody, also where two threads read a clock that steps between them.</summary>
    private DateTimeOffset Advance(DateTimeOffset now)
    {
        var seen = Volatile.Read(ref _newest);
        while (seen < now.UtcTicks)
        {
            var before = Interlocked.CompareExchange(ref _newest, now.UtcTicks, seen);
            if (before == seen)
            {
                return now;
            }

            seen = before;
        }

        return new DateTimeOffset(seen, TimeSpan.Zero);
    }
}
