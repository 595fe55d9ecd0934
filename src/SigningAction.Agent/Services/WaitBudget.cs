namespace SigningAction.Agent.Services;

/// <summary>
/// How long a run waits for services that fail, all of them together (<c>wait</c>). Counted is the time during which at least one request is in trouble: a hundred
/// requests that wait for the same service use it up once, and work that goes on uses up nothing of it.
/// </summary>
public sealed class WaitBudget(TimeProvider time, TimeSpan total)
{
    private readonly Lock _lock = new();
    private TimeSpan _used;
    private int _waiting;
    private long _since;

    /// <summary>The budget of a run that names none: longer than a deployment or a restart, shorter than most job limits.</summary>
    public static TimeSpan Default => TimeSpan.FromMinutes(10);

    /// <summary>The whole budget. The command line sets it before the first request.</summary>
    public TimeSpan Total { get; set; } = total;

    /// <summary>What is left of it; never below zero.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_lock)
            {
                var left = Total - _used - (_waiting > 0 ? time.GetElapsedTime(_since) : TimeSpan.Zero);
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>A request is in trouble; the budget runs until each that said so said <see cref="End"/>.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_waiting++ == 0)
            {
                _since = time.GetTimestamp();
            }
        }
    }

    /// <summary>The request was answered, or given up.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (--_waiting == 0)
            {
                _used += time.GetElapsedTime(_since);
            }
        }
    }
}
