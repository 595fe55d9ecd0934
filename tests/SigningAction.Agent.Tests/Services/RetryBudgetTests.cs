using SigningAction.Agent.Services;

namespace SigningAction.Agent.Tests.Services;

/// <summary>A hundred jobs that failed together do not come back together.</summary>
public sealed class RetryBudgetTests
{
    [Fact]
    public async Task A_hundred_that_failed_at_once_wait_between_half_and_the_whole_of_a_step_and_not_the_same()
    {
        var waits = new HashSet<double>();
        for (var job = 0; job < 100; job++)
        {
            waits.Add(await FirstWaitAsync(asked: null));
        }

        Assert.All(waits, wait => Assert.InRange(wait, 250, 500));
        Assert.InRange(waits.Count, 10, 100);
    }

    [Fact]
    public async Task What_a_service_asks_for_is_waited_at_least_and_nobody_comes_back_at_the_same_time()
    {
        var waits = new HashSet<double>();
        for (var job = 0; job < 100; job++)
        {
            waits.Add(await FirstWaitAsync(TimeSpan.FromSeconds(7)));
        }

        Assert.All(waits, wait => Assert.InRange(wait, 7250, 7500));
        Assert.InRange(waits.Count, 10, 100);
    }

    /// <summary>Milliseconds, in steps of one.</summary>
    private static async Task<double> FirstWaitAsync(TimeSpan? asked)
    {
        var time = new SteppingTime();
        using var retry = new RetryBudget(time, new WaitBudget(time, TimeSpan.FromMinutes(10)));
        Assert.True(await retry.WaitAsync(asked, TestContext.Current.CancellationToken));
        return time.Waited.TotalMilliseconds;
    }

    /// <summary>A clock on which every wait is over at once, and is told.</summary>
    private sealed class SteppingTime : TimeProvider
    {
        public TimeSpan Waited { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited = dueTime > TimeSpan.Zero ? dueTime : Waited;
            return base.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
