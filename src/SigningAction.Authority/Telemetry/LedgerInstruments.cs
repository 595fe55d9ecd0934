using System.Diagnostics.Metrics;

namespace SigningAction.Authority.Telemetry;

/// <summary>What the ledger's one writer measures: once a batch, never once an entry.</summary>
public sealed class LedgerInstruments
{
    private readonly Counter<long> _appends;
    private readonly Histogram<int> _batch;
    private readonly Histogram<double> _commit;

    /// <summary>Makes the instruments.</summary>
    public LedgerInstruments(Meter meter)
    {
        _appends = meter.CreateCounter<long>("signing.ledger.appends", "{leaf}", "Leaves that were made durable, in all logs.");
        _batch = meter.CreateHistogram<int>(
            "signing.ledger.batch.size", "{work}", "Units of work that shared a commit.", null,
            new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] });
        _commit = meter.CreateHistogram<double>(
            "signing.ledger.commit.duration", "s", "Time of a commit: transaction, syncs and high-water file.", null,
            new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] });
    }

    /// <summary>A batch is durable.</summary>
    /// <param name="work">Units of work in it.</param>
    /// <param name="leaves">New leaves.</param>
    /// <param name="commit">How long the commit took.</param>
    public void Committed(int work, long leaves, TimeSpan commit)
    {
        _batch.Record(work);
        _appends.Add(leaves);
        _commit.Record(commit.TotalSeconds);
    }
}
