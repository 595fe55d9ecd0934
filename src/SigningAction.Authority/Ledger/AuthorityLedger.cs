using System.Diagnostics.CodeAnalysis;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Telemetry;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// The logs of an authority, committed together. Everything that is submitted is durable, with its logs' signed checkpoints, when it is answered.
/// The store stays the caller's.
/// </summary>
public sealed class AuthorityLedger : IAsyncDisposable
{
    private readonly Dictionary<LogId, LogDefinition> _logs;
    private readonly HighWaterFile _highWater;
    private readonly Sequencer _sequencer;

    private AuthorityLedger(IReadOnlyList<LogDefinition> logs, HighWaterFile highWater, Sequencer sequencer)
    {
        _logs = logs.ToDictionary(log => log.Id);
        (_highWater, _sequencer) = (highWater, sequencer);
    }

    /// <summary>Whether it appends, for readiness checks.</summary>
    public LedgerState State => _sequencer.State;

    /// <summary>Units of work that wait for a commit.</summary>
    public int Waiting => _sequencer.Waiting;

    /// <summary>Makes empty logs with signed checkpoints in a new database, and the high-water file. Once in the life of an authority.</summary>
    /// <exception cref="LedgerRefusedException">The high-water file is there already.</exception>
    /// <exception cref="StoreRefusedException">A log is there already.</exception>
    public static async Task CreateAsync(
        ILedgerStore store, string highWaterPath, IReadOnlyList<LogDefinition> logs, TimeProvider time, CancellationToken cancellationToken = default)
    {
        if (Path.Exists(highWaterPath))
        {
            throw new LedgerRefusedException($"{highWaterPath} exists already: logs were published here. Nothing is overwritten.");
        }

        foreach (var log in logs)
        {
            var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
            await store.CreateLogAsync(log.SignHead(0, MerkleTree.EmptyRoot, now), cancellationToken);
        }

        HighWaterFile.Create(highWaterPath, [.. logs.Select(log => new HighWaterMark(log.Id, 0, MerkleTree.EmptyRoot))]);
    }

    /// <summary>Verifies what is stored and begins to take work. Takes seconds at most, whatever the size of the logs.</summary>
    /// <exception cref="LedgerRefusedException">What is stored must not be continued.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The result owns the file and the sequencer.")]
    public static async Task<AuthorityLedger> OpenAsync(
        ILedgerStore store, string highWaterPath, IReadOnlyList<LogDefinition> logs, TimeProvider time, ILogger<AuthorityLedger> logger,
        LedgerInstruments? instruments = null, CancellationToken cancellationToken = default)
    {
        var highWater = HighWaterFile.Open(highWaterPath);
        try
        {
            var loaded = await LedgerLoader.LoadAsync(store, logs, highWater, cancellationToken);
            return new AuthorityLedger(logs, highWater, new Sequencer(store, logs, highWater, loaded, time, logger, instruments));
        }
        catch
        {
            highWater.Dispose();
            throw;
        }
    }

    /// <summary>Appends one leaf. In a log that deduplicates, the same leaf again gets the same index.</summary>
    /// <param name="log">The log.</param>
    /// <param name="leaf">Its bytes, which must not change any more.</param>
    /// <param name="cancellationToken">Stops waiting; the leaf may be appended all the same.</param>
    /// <exception cref="Evidence.Verification.EvidenceException">It is no leaf of this log.</exception>
    /// <exception cref="LedgerUnavailableException">Try again.</exception>
    public async Task<CommittedLeaf> AppendAsync(LogId log, ReadOnlyMemory<byte> leaf, CancellationToken cancellationToken = default)
    {
        // Read here, on the caller's thread: the sequencer's time is everybody's.
        var pending = new PendingLeaf(PreparedLeaf.Read(RequireOpen(log), leaf));
        _sequencer.Submit(pending);
        return await pending.Answer.WaitAsync(cancellationToken);
    }

    /// <summary>Commits the leaves of one unit of work together, or none.</summary>
    /// <param name="work">Which logs, and how to make the leaves once their indexes are known.</param>
    /// <param name="cancellationToken">Stops waiting; the work may be committed all the same.</param>
    /// <exception cref="LedgerUnavailableException">Try again.</exception>
    /// <remarks>What the work's own preparation throws comes out of here.</remarks>
    public async Task<LedgerReceipt<T>> SubmitAsync<T>(LedgerWork<T> work, CancellationToken cancellationToken = default)
    {
        if (work.Logs.Count == 0 || work.Logs.Distinct().Count() != work.Logs.Count || !work.Logs.All(_logs.ContainsKey))
        {
            throw new ArgumentException("Work has one leaf in each of its logs, and the ledger has these logs.", nameof(work));
        }

        foreach (var log in work.Logs)
        {
            _ = RequireOpen(log);
        }

        var pending = new PendingDraft<T>(work);
        _sequencer.Submit(pending);
        return await pending.Answer.WaitAsync(cancellationToken);
    }

    /// <summary>The log of this kind that takes leaves; for the kinds of which only one does.</summary>
    /// <exception cref="InvalidOperationException">None does, or several.</exception>
    public LogId Current(LogKind kind) => _logs.Values.Single(log => log.Kind == kind && !log.IsFrozen).Id;

    /// <summary>What may be shown of a log.</summary>
    public LogReader Reader(LogId log) => _logs.ContainsKey(log)
        ? new LogReader(() => _sequencer.Published[log])
        : throw new ArgumentOutOfRangeException(nameof(log), log, "The ledger has no such log.");

    /// <summary>Takes nothing more and returns when everybody in flight was answered.</summary>
    public Task StopAsync() => _sequencer.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _sequencer.DisposeAsync();
        _highWater.Dispose();
    }

    /// <summary>Asked before the sequencer: a leaf that cannot be signed would take its whole batch with it.</summary>
    private LogDefinition RequireOpen(LogId log) => _logs[log] is { IsFrozen: false } open
        ? open
        : throw new InvalidOperationException($"The log {_logs[log].Origin} is frozen.");
}
