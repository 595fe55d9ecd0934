using System.Security.Cryptography;

namespace SigningAction.Agent.Services;

/// <summary>One request's share of the run's <see cref="WaitBudget"/>: how long to wait before each try.</summary>
public sealed class RetryBudget(TimeProvider time, WaitBudget budget) : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>What a service that is up may take for an answer, however little the run is ready to wait: logs answer with their next checkpoint.</summary>
    private static readonly TimeSpan FirstTryAtLeast = TimeSpan.FromSeconds(5);

    private int _tries;

    /// <summary>Time that the next try may take: no more than the budget has left, but the first never less than a service that is up may need.</summary>
    public TimeSpan TryTimeout(TimeSpan most)
    {
        var left = budget.Left;
        var mine = _tries == 0 && left < FirstTryAtLeast ? FirstTryAtLeast : left;
        return mine < most ? mine : most;
    }

    /// <summary>
    /// Waits before another try: twice as long each time, with jitter so that a hundred jobs that failed together do not come back together, and after whatever the
    /// service asked for. False, without waiting, when the budget does not reach that far.
    /// </summary>
    /// <param name="asked">What the service asked for (<c>Retry-After</c>); null where it did not.</param>
    /// <param name="cancellation">Stops the run.</param>
    public async Task<bool> WaitAsync(TimeSpan? asked, CancellationToken cancellation)
    {
        if (_tries == 0)
        {
            budget.Begin();
        }

        var exponential = Math.Min(First.TotalMilliseconds * Math.Pow(2, Math.Min(_tries++, 10)), Longest.TotalMilliseconds);
        var delay = TimeSpan.FromMilliseconds(exponential * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 2000.0)));
        var left = budget.Left;

        // Compared before it is added to: what a service asks for may be any number.
        if (asked > left || (asked > TimeSpan.Zero ? asked.Value + delay : delay) >= left)
        {
            return false;
        }

        await Task.Delay(asked > TimeSpan.Zero ? asked.Value + delay : delay, time, cancellation);
        return true;
    }

    /// <summary>The request is over.</summary>
    public void Dispose()
    {
        if (_tries > 0)
        {
            budget.End();
        }
    }
}
