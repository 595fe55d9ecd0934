using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace SigningAction.Agent.Services;

/// <summary>How long one request may be tried again, and how long to wait before each try.</summary>
public sealed class RetryBudget(TimeProvider time, TimeSpan total)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly long _start = time.GetTimestamp();
    private int _tries;

    /// <summary>The whole budget.</summary>
    public TimeSpan Total => total;

    /// <summary>What is left of it.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = total - time.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>
    /// Waits before another try: what the service asked for (<c>Retry-After</c>, seconds or date), else twice as long each time, with jitter so that
    /// a hundred jobs that failed together do not come back together. False, without waiting, when the budget does not reach that far.
    /// </summary>
    public async Task<bool> WaitAsync(RetryConditionHeaderValue? retryAfter, CancellationToken cancellation)
    {
        var exponential = Math.Min(First.TotalMilliseconds * Math.Pow(2, Math.Min(_tries++, 10)), Longest.TotalMilliseconds);
        var delay = TimeSpan.FromMilliseconds(exponential * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 2000.0)));
        var asked = retryAfter?.Delta ?? (retryAfter?.Date - time.GetUtcNow());
        if (asked > delay)
        {
            delay = asked.Value;
        }

        if (delay >= Left)
        {
            return false;
        }

        await Task.Delay(delay, time, cancellation);
        return true;
    }
}
