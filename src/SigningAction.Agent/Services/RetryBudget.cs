using System.Security.Cryptography;

namespace SigningAction.Agent.Services;

/// <summary>One request's share of the run's <see cref="WaitBudget"/>: how long to wait before each try.</summary>
internal sealed class RetryBudget(TimeProvider time, WaitBudget budget) : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private int _tries;

    /// <summary>Time that the next try may take: the first has all of <paramref name="most"/>, a later one no more than the budget has left.</summary>
    public TimeSpan TryTimeout(TimeSpan most) => _tries > 0 && budget.Left < most ? budget.Left : most;

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
