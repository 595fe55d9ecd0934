using System.Diagnostics.CodeAnalysis;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Issuance;

/// <summary>
/// Refusals of nobody in particular, counted by reason: one audit leaf a minute at most, and one at the end. The reasons are a closed set,
/// so its memory is bounded whatever comes.
/// </summary>
public sealed partial class RefusalCounter : IAsyncDisposable
{
    /// <summary>Kind of the audit events that this makes.</summary>
    public const string Kind = "unauthenticated";

    /// <summary>Time between two leaves.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly AuthorityLedger _ledger;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private Task _writing = Task.CompletedTask;

    /// <summary>Begins to count.</summary>
    public RefusalCounter(AuthorityLedger ledger, TimeProvider time, ILogger<RefusalCounter> logger)
    {
        (_ledger, _time, _logger) = (ledger, time, logger);
        _timer = time.CreateTimer(_ => Write(), null, Interval, Interval);
    }

    /// <summary>Counts one refusal.</summary>
    /// <param name="reason">Code of a closed set; never text of the caller.</param>
    public void Count(string reason) => Add(reason, 1);

    /// <summary>Stops, after what was counted is durable. The ledger must still be running.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await Write();
    }

    private Task Write()
    {
        lock (_gate)
        {
            return _writing = WriteAsync(_writing);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nobody waits for it; whatever the fault, the counts are kept for the next minute.")]
    private async Task WriteAsync(Task previous)
    {
        await previous;
        var counts = Take();
        if (counts.Count == 0)
        {
            return;
        }

        try
        {
            var leaf = new AuditEvent
            {
                Time = _time.GetUtcNow(),
                Kind = Kind,
                Decision = AuditDecision.Refused,
                CorrelationId = "summary",
                Counts = counts,
            };
            await _ledger.AppendAsync(_ledger.Current(LogKind.Audit), leaf.ToLeaf());
        }
        catch (Exception e)
        {
            // Nothing is lost but the minute; when the outcome was unknown they may be counted twice, which errs on the loud side.
            LogPostponed(_logger, counts.Values.Sum(), e);
            foreach (var (reason, count) in counts)
            {
                Add(reason, count);
            }
        }
    }

    private SortedDictionary<string, long> Take()
    {
        lock (_gate)
        {
            var counts = _counts;
            _counts = new(StringComparer.Ordinal);
            return counts;
        }
    }

    private void Add(string reason, long count)
    {
        lock (_gate)
        {
            _counts[reason] = _counts.GetValueOrDefault(reason) + count;
        }
    }

    /// <summary>The minute's count of unauthenticated refusals could not be written to the audit log yet.</summary>
    /// <remarks>See 3001; the count is kept and written later.</remarks>
    [LoggerMessage(EventId = 2001, EventName = "RefusalCountPostponed", Level = LogLevel.Warning, Message = "The count of {Count} unauthenticated refusals waits for the ledger")]
    private static partial void LogPostponed(ILogger logger, long count, Exception fault);
}
