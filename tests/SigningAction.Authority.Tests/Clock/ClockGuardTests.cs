using CsCheck;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Wire;

namespace SigningAction.Authority.Tests.Clock;

/// <summary>Time never goes back (L-19).</summary>
public sealed class ClockGuardTests
{
    private readonly FakeTimeProvider _uptime = new(TimeLab.Noon);
    private readonly MovableClock _clock;
    private DateTimeOffset _lastSigned = TimeLab.Noon;

    public ClockGuardTests() => _clock = new MovableClock(_uptime);

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, true)]
    [InlineData(-1.001, false)]
    [InlineData(-3600, false)]
    [InlineData(3600, true)]
    public void Without_sources_the_ledger_is_the_witness(double seconds, bool trusted)
    {
        _clock.Set = TimeSpan.FromSeconds(seconds);
        var guard = new ClockGuard(_clock, () => _lastSigned);
        Assert.Equal(trusted, guard.State.IsTrusted);
        if (trusted)
        {
            Assert.True(guard.Now() >= _lastSigned);
            return;
        }

        var refused = Assert.Throws<RequestRefusedException>(() => guard.Now());
        Assert.Equal(("CLOCK_IN_DOUBT", 503, true), (refused.Code, refused.Status, refused.RetryAfter > 0));
        Assert.NotNull(refused.Remedy);
    }

    [Fact]
    public void A_repeated_second_stands_still()
    {
        var guard = new ClockGuard(_clock, () => _lastSigned);
        _uptime.Advance(TimeSpan.FromMilliseconds(900));
        var before = guard.Now();
        _clock.Set = TimeSpan.FromSeconds(-1);
        Assert.Equal(before, guard.Now());
        _uptime.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(before, guard.Now());
        _uptime.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal(before + TimeSpan.FromMilliseconds(1), guard.Now());
    }

    [Fact]
    public void What_was_given_out_counts_also_where_the_ledger_knows_nothing_of_it()
    {
        var guard = new ClockGuard(_clock, () => _lastSigned);
        _uptime.Advance(TimeSpan.FromMinutes(10));
        _ = guard.Now();
        _clock.Set = TimeSpan.FromMinutes(-5);
        Assert.Equal(ClockCondition.BehindLedger, guard.State.Condition);
    }

    [Fact]
    public void However_the_clock_is_set_the_time_never_goes_back() => Gen.Int[-4000, 4000].Select(Gen.Bool).Array[1, 60].Sample(moves =>
    {
        var uptime = new FakeTimeProvider(new DateTimeOffset(2038, 1, 19, 3, 0, 0, TimeSpan.Zero));
        uptime.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("odd", TimeSpan.FromHours(2), "odd", "odd"));
        var clock = new MovableClock(uptime);
        var signed = uptime.GetUtcNow();
        var guard = new ClockGuard(clock, () => signed);
        var newest = DateTimeOffset.MinValue;
        foreach (var (milliseconds, steps) in moves)
        {
            if (steps)
            {
                clock.Set += TimeSpan.FromMilliseconds(milliseconds);
            }
            else
            {
                uptime.Advance(TimeSpan.FromMilliseconds(Math.Abs(milliseconds)));
            }

            if (guard.State.IsTrusted)
            {
                var now = guard.Now();
                Assert.True(now >= newest && now >= signed);
                newest = now;
                signed = milliseconds % 3 == 0 ? now : signed;
            }
        }
    });
}
