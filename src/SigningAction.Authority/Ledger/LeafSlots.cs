using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Ledger;

/// <summary>The indexes that a unit of work will have if the commit succeeds, and the time of the batch.</summary>
public sealed class LeafSlots
{
    private readonly IReadOnlyList<LogId> _logs;
    private readonly IReadOnlyList<long> _indexes;

    internal LeafSlots(IReadOnlyList<LogId> logs, IReadOnlyList<long> indexes, DateTimeOffset time)
    {
        (_logs, _indexes, Time) = (logs, indexes, time);
    }

    /// <summary>Time of the batch and of its checkpoints: whole milliseconds, never earlier than that of the batch before.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The index that the work's leaf will have in <paramref name="log"/>.</summary>
    public long IndexIn(LogId log)
    {
        for (var i = 0; i < _logs.Count; i++)
        {
            if (_logs[i] == log)
            {
                return _indexes[i];
            }
        }

        throw new ArgumentOutOfRangeException(nameof(log), log, "The work has no leaf in this log.");
    }

    internal IReadOnlyList<long> Indexes => _indexes;
}
