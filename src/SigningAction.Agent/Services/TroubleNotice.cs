using System.Globalization;

namespace SigningAction.Agent.Services;

/// <summary>Says that services fail while the run waits for them: at once, then every half a minute. Minutes of silence look like a run that hangs.</summary>
/// <param name="time">The run's clock.</param>
/// <param name="say">Takes the line, which may hold untrusted text.</param>
public sealed class TroubleNotice(TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private long? _last;

    /// <summary>A try failed, and another one follows.</summary>
    /// <param name="service">Its name, as a sentence begins with it.</param>
    /// <param name="problem">What was in the way.</param>
    /// <param name="left">How long the run still waits.</param>
    public void Tell(string service, string problem, TimeSpan left)
    {
        lock (_lock)
        {
            if (_last is { } last && time.GetElapsedTime(last) < Interval)
            {
                return;
            }

            _last = time.GetTimestamp();
        }

        say(string.Create(CultureInfo.InvariantCulture, $"{service} is down: {problem}; trying again for up to {left.TotalSeconds:0} s (--wait)."));
    }
}
