using SigningAction.Authority.Clock;
using SigningAction.Authority.Wire;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Clock;

/// <summary>What four sources say together (L-19, L-20).</summary>
public sealed class TimeSourceMonitorTests
{
    [Theory]
    [InlineData(0, 0, ClockCondition.Ready)]
    [InlineData(0, 1, ClockCondition.Ready)]
    [InlineData(1, 0, ClockCondition.Ready)]
    [InlineData(2, 0, ClockCondition.Contradicted)]
    [InlineData(1, 1, ClockCondition.Contradicted)]
    [InlineData(4, 0, ClockCondition.Contradicted)]
    [InlineData(1, 3, ClockCondition.Contradicted)]
    [InlineData(0, 2, ClockCondition.Unreachable)]
    [InlineData(0, 4, ClockCondition.Unreachable)]
    [InlineData(1, 2, ClockCondition.Unreachable)]
    public async Task Three_of_four_sources_must_agree(int wrong, int silent, ClockCondition condition)
    {
        await using var lab = new TimeLab();
        for (var i = 0; i < wrong; i++)
        {
            lab.Servers[i].Offset = TimeSpan.FromHours(1);
        }

        for (var i = wrong; i < wrong + silent; i++)
        {
            lab.Servers[i].Fault = TimeServerFault.Silent;
        }

        await using var monitor = lab.Monitor();
        Assert.Equal(ClockCondition.Unreachable, monitor.State.Condition);
        await lab.CompareAsync(monitor);
        Assert.Equal(condition, monitor.State.Condition);
        Assert.Equal(condition == ClockCondition.Ready, monitor.State.IsTrusted);
    }

    [Theory]
    [InlineData(5.9, true)]
    [InlineData(-5.9, true)]
    [InlineData(6.1, false)]
    [InlineData(-6.1, false)]
    [InlineData(3600, false)]
    [InlineData(-3600, false)]
    public async Task A_clock_may_be_off_by_six_seconds(double seconds, bool trusted)
    {
        await using var lab = new TimeLab();
        lab.Clock.Set = TimeSpan.FromSeconds(seconds);
        await using var monitor = lab.Monitor();
        await lab.CompareAsync(monitor);
        Assert.Equal(trusted, monitor.State.IsTrusted);
        Assert.Equal(!trusted, lab.Log.Lines.Any(line => line.StartsWith("Error The clock is now in doubt: time sources contradict it", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Sources_that_go_away_are_missed_for_thirty_minutes_and_then_it_is_said_why_nothing_is_signed()
    {
        await using var lab = new TimeLab();
        await using var monitor = lab.Monitor();
        await lab.CompareAsync(monitor);
        SetFault(lab, TimeServerFault.Silent);
        await lab.CompareAsync(monitor);
        Assert.Equal(ClockCondition.Unconfirmed, monitor.State.Condition);
        Assert.True(monitor.State.IsTrusted);

        lab.True.Advance(TimeSpan.FromMinutes(29));
        await lab.CompareAsync(monitor);
        Assert.True(monitor.State.IsTrusted);
        lab.True.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(ClockCondition.Unreachable, monitor.State.Condition);
        Assert.Contains("for more than 30 minutes", monitor.State.Reason, StringComparison.Ordinal);
        await lab.CompareAsync(monitor);
        Assert.Equal(ClockCondition.Unreachable, monitor.State.Condition);

        SetFault(lab, TimeServerFault.None);
        await lab.CompareAsync(monitor);
        Assert.Equal(ClockState.Ready, monitor.State);
    }

    [Fact]
    public async Task Silence_clears_no_doubt()
    {
        await using var lab = new TimeLab();
        await using var monitor = lab.Monitor();
        await lab.CompareAsync(monitor);
        lab.Clock.Set = TimeSpan.FromHours(1);
        await lab.CompareAsync(monitor);
        Assert.Equal(ClockCondition.Contradicted, monitor.State.Condition);
        SetFault(lab, TimeServerFault.Silent);
        await lab.CompareAsync(monitor);
        Assert.Equal(ClockCondition.Contradicted, monitor.State.Condition);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(7)]
    public async Task A_clock_that_is_set_between_comparisons_is_in_doubt_at_once(int seconds)
    {
        await using var lab = new TimeLab();
        await using var monitor = lab.Monitor();
        await lab.CompareAsync(monitor);
        lab.Clock.Set = TimeSpan.FromSeconds(seconds);
        Assert.Equal(ClockCondition.Contradicted, monitor.State.Condition);

        // And when somebody sets it right again, nothing happened.
        lab.Clock.Set = TimeSpan.Zero;
        Assert.Equal(ClockCondition.Ready, monitor.State.Condition);
    }

    [Fact]
    public async Task A_clock_that_was_wrong_and_is_set_right_is_trusted_again_by_itself()
    {
        await using var lab = new TimeLab();
        lab.Clock.Set = TimeSpan.FromHours(1);
        await using var monitor = lab.Monitor();
        await monitor.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ClockCondition.Contradicted, monitor.State.Condition);
        lab.Clock.Set = TimeSpan.Zero;
        await lab.UntilAsync(() => monitor.State.Condition == ClockCondition.Ready, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_step_is_followed_by_a_comparison_within_seconds()
    {
        await using var lab = new TimeLab();
        await using var monitor = lab.Monitor();
        await monitor.StartAsync(TestContext.Current.CancellationToken);
        var asked = lab.Servers[0].Questions;
        lab.Clock.Set = TimeSpan.FromHours(-1);
        var start = lab.True.GetUtcNow();
        await lab.UntilAsync(() => lab.Servers[0].Questions > asked, TimeSpan.FromMilliseconds(100));
        Assert.True(lab.True.GetUtcNow() - start < TimeSpan.FromSeconds(30));
        await lab.UntilAsync(() => monitor.State.Reason?.Contains("say another time", StringComparison.Ordinal) == true, TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task The_steady_time_does_not_follow_a_clock_that_is_in_doubt()
    {
        await using var lab = new TimeLab();
        await using var monitor = lab.Monitor();
        Assert.Equal(DateTimeOffset.UnixEpoch, monitor.Steady);
        await lab.CompareAsync(monitor);
        foreach (var set in new[] { 1.0, -1.0, 3600, -3600 })
        {
            lab.Clock.Set = TimeSpan.FromSeconds(set);
            await lab.CompareAsync(monitor);
            lab.True.Advance(TimeSpan.FromSeconds(10));
            var off = monitor.Steady - lab.True.GetUtcNow();
            Assert.InRange(off.Duration(), TimeSpan.Zero, lab.Options.Tolerance);
        }
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public async Task A_clock_that_is_set_right_between_two_readings_is_judged_by_the_reading_that_is_used(int seconds)
    {
        await using var lab = new TimeLab();
        await using var monitor = lab.Monitor();
        await lab.CompareAsync(monitor);
        lab.Clock.Glimpse = TimeSpan.FromSeconds(seconds);
        Assert.Equal(lab.True.GetUtcNow(), monitor.Steady);

        var guard = new ClockGuard(lab.Clock, () => DateTimeOffset.UnixEpoch, monitor);
        lab.Clock.Glimpse = TimeSpan.FromSeconds(seconds);
        Assert.Equal("CLOCK_IN_DOUBT", Assert.Throws<RequestRefusedException>(() => guard.Now()).Code);
        Assert.Equal(lab.True.GetUtcNow(), guard.Now());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    [InlineData(5, 4)]
    [InlineData(8, 6)]
    public void Three_quarters_rounded_up_are_a_quorum(int sources, int quorum) =>
        Assert.Equal(quorum, new ClockOptions { TimeSources = [.. Enumerable.Range(0, sources).Select(i => $"t{i}.example")] }.Needed);

    [Fact]
    public void Options_out_of_range_are_faults_and_the_defaults_are_none()
    {
        ClockOptions sound = new() { TimeSources = ["a.example", "b.example"] };
        Assert.Empty(new ClockOptions().Faults());
        Assert.Empty(sound.Faults());
        foreach (var wrong in new[]
        {
            sound with { TimeSources = ["a.example", "A.example"] },
            sound with { TimeSources = ["a b"] },
            sound with { TimeSources = [.. Enumerable.Range(0, 17).Select(i => $"t{i}.example")] },
            sound with { Quorum = 0 },
            sound with { Quorum = 3 },
            sound with { ToleranceSeconds = 0 },
            sound with { ToleranceSeconds = 61 },
            sound with { IntervalSeconds = 15 },
            sound with { IntervalSeconds = 3601 },
            sound with { Tries = 0 },
            sound with { TimeoutSeconds = 31 },
            sound with { GraceMinutes = -1 },
            sound with { GraceMinutes = 1441 },
        })
        {
            Assert.StartsWith("clock.", Assert.Single(wrong.Faults()), StringComparison.Ordinal);
        }
    }

    private static void SetFault(TimeLab lab, TimeServerFault fault)
    {
        foreach (var server in lab.Servers)
        {
            server.Fault = fault;
        }
    }
}
