using System.Globalization;

namespace SigningAction.Agent.Services;

/// <summary>
/// Compares this machine's clock with the <c>Date</c> of the answers. Nothing is decided by it (a header proves nothing); it explains failures that a wrong clock
/// causes: tokens that look expired, certificates that look not yet valid.
/// </summary>
public sealed class ClockWatch(TimeProvider time)
{
    /// <summary>Less is no trouble: <c>Date</c> has whole seconds, an answer may come from a cache for moments, a token lives minutes.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private string? _sentence;

    /// <summary>What is wrong with the clock, and what to do; null while nothing is.</summary>
    public string? Sentence
    {
        get
        {
            lock (_lock)
            {
                return _sentence;
            }
        }
    }

    /// <summary>Takes note of an answer.</summary>
    public void See(Uri from, DateTimeOffset? date)
    {
        if (date is not { } theirs || (time.GetUtcNow() - theirs) is var ahead && ahead.Duration() < Tolerance)
        {
            return;
        }

        lock (_lock)
        {
            _sentence ??= string.Create(
                CultureInfo.InvariantCulture,
                $"The clock of this machine says {time.GetUtcNow():u}, and {from.GetLeftPart(UriPartial.Authority)} says {theirs:u}: "
                    + $"it is {ahead.Duration().TotalMinutes:0} minutes {(ahead > TimeSpan.Zero ? "ahead" : "behind")}. Set it right (NTP) and run again.");
        }
    }

    /// <summary>Adds the clock to a failure that it can have caused.</summary>
    public AgentException Explain(AgentException fault) =>
        Sentence is { } sentence
            && fault.Fault is AgentFault.TokenExpired or AgentFault.TlsUntrusted or AgentFault.EvidenceRefused or AgentFault.RefusedByService
            ? fault.With(sentence)
            : fault;
}
