using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Telemetry;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// The one writer of all logs. It takes what is waiting, plans it in memory on the heads that it knows, commits, and answers; while it commits, the next batch
/// gathers. So an idle ledger answers after one commit, and a busy one shares each commit among hundreds.
/// </summary>
internal sealed partial class Sequencer : IAsyncDisposable
{
    /// <summary>Work of one batch: bounds its memory and how long the others wait for it.</summary>
    private const int BatchWork = 1024;

    /// <summary>Work that waits. More is refused at once: an answer that comes after its caller gave up helps nobody.</summary>
    private const int WaitingWork = 8 * BatchWork;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(5);

    private readonly ILedgerStore _store;
    private readonly IReadOnlyList<LogDefinition> _logs;
    private readonly HighWaterFile _highWater;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LedgerInstruments? _instruments;
    private readonly Channel<PendingWork> _queue = Channel.CreateBounded<PendingWork>(new BoundedChannelOptions(WaitingWork) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private volatile LedgerState _state = LedgerState.Ready;
    private volatile IReadOnlyDictionary<LogId, LogSnapshot> _published;

    public Sequencer(
        ILedgerStore store, IReadOnlyList<LogDefinition> logs, HighWaterFile highWater, IReadOnlyList<LogSnapshot> loaded, TimeProvider time, ILogger logger,
        LedgerInstruments? instruments)
    {
        (_store, _logs, _highWater, _time, _logger, _instruments) = (store, logs, highWater, time, logger, instruments);
        _published = loaded.ToDictionary(log => log.Log.Id);
        _loop = Task.Run(RunAsync);
    }

    public LedgerState State => _state;

    public int Waiting => _queue.Reader.Count;

    /// <summary>The logs as the last commit left them: replaced whole after each.</summary>
    public IReadOnlyDictionary<LogId, LogSnapshot> Published => _published;

    /// <summary>Puts work into the queue.</summary>
    /// <exception cref="LedgerUnavailableException">Nothing was taken.</exception>
    public void Submit(PendingWork work)
    {
        if (_state.Condition is LedgerCondition.Recovering or LedgerCondition.Refused)
        {
            throw new LedgerUnavailableException(LedgerUnavailableReason.NotReady);
        }

        if (!_queue.Writer.TryWrite(work))
        {
            throw new LedgerUnavailableException(_stopping.IsCancellationRequested ? LedgerUnavailableReason.Stopping : LedgerUnavailableReason.Busy);
        }
    }

    /// <summary>Takes nothing more, finishes what was taken, and returns when everybody was answered.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        _queue.Writer.TryComplete();
        await _loop;
        _state = new LedgerState(LedgerCondition.Stopped, "The authority was stopped.");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            var batch = new List<PendingWork>();
            while (batch.Count < BatchWork && _queue.Reader.TryRead(out var work))
            {
                batch.Add(work);
            }

            if (_state.Condition == LedgerCondition.Ready)
            {
                await SequenceAsync(batch);
            }
            else
            {
                batch.ForEach(work => work.Fail(new LedgerUnavailableException(LedgerUnavailableReason.NotReady)));
            }
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Every failure of a batch goes to its callers, and the loop must outlive it.")]
    private async Task SequenceAsync(List<PendingWork> batch)
    {
        var plan = new BatchPlan(_published, Now(), batch);
        try
        {
            await plan.FindRepeatsAsync(_store, CancellationToken.None);
        }
        catch (Exception e)
        {
            Suspend(e);
            plan.Fail(new LedgerUnavailableException(LedgerUnavailableReason.NotReady, e));
            await RecoverAsync();
            return;
        }

        while (!await TryCommitAsync(plan, batch.Count))
        {
            // Planned again, without the work that was refused.
        }
    }

    /// <returns>Whether everybody has his answer; if not, one work was refused, nothing was written, and the others are to be planned again.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Every failure of a batch goes to its callers, and the loop must outlive it.")]
    private async Task<bool> TryCommitAsync(BatchPlan plan, int work)
    {
        IReadOnlyList<LogAppend> appends;
        try
        {
            plan.Prepare();
            appends = plan.Build(_store);
        }
        catch (Exception e)
        {
            // Nothing was written, and the plan changed nothing but itself.
            plan.Fail(e);
            LogPlanFailed(_logger, e);
            return true;
        }

        try
        {
            if (appends.Count > 0)
            {
                var began = _time.GetTimestamp();

                // THE COMMIT POINT. Before this line nothing that was signed has left and nobody was answered; after it every leaf, tile, head and row of
                // the batch is durable. When it throws, nobody knows: no index is used again until the store was reopened and its heads were read.
                await _store.CommitAsync(appends, CancellationToken.None);

                // Between commit and answer, so that a database which lacks what somebody was told can never be taken for the newest.
                _highWater.Write(HighWaterMark.Of(plan.Next.Values));
                _instruments?.Committed(work, appends.Sum(append => (long)append.Leaves.Count), _time.GetElapsedTime(began));
            }
        }
        catch (SerialTakenException e) when (plan.Refuse(e))
        {
            LogSerialTaken(_logger, e.Serial);
            return false;
        }
        catch (Exception e)
        {
            Suspend(e);
            plan.Fail(new LedgerUnavailableException(e is HeadsMovedException ? LedgerUnavailableReason.NotReady : LedgerUnavailableReason.OutcomeUnknown, e));
            await RecoverAsync();
            return true;
        }

        _published = plan.Next;
        plan.Complete();
        await MaintainAsync();
        return true;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A store that cannot tidy up is in doubt, whatever the reason.")]
    private async Task MaintainAsync()
    {
        try
        {
            await _store.MaintainAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            Suspend(e);
            await RecoverAsync();
        }
    }

    /// <summary>Before anybody hears of the failure: who then asks whether the ledger is ready must not be told yes.</summary>
    private void Suspend(Exception cause)
    {
        LogStoreFailed(_logger, cause);
        _state = new LedgerState(LedgerCondition.Recovering, "The database failed and is being reopened; nothing is appended until its newest entries are verified.");
    }

    /// <summary>Read-only until the store is open again and its tail verified, on the same path as a start. Tries until it works or must not.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Any failure means that the store is not back yet.")]
    private async Task RecoverAsync()
    {
        for (var delay = FirstRetry; ; delay = delay * 2 < LastRetry ? delay * 2 : LastRetry)
        {
            while (_queue.Reader.TryRead(out var work))
            {
                work.Fail(new LedgerUnavailableException(LedgerUnavailableReason.NotReady));
            }

            try
            {
                var loaded = await LedgerLoader.LoadAsync(_store, _logs, _highWater, CancellationToken.None);
                _published = loaded.ToDictionary(log => log.Log.Id);
                _state = LedgerState.Ready;
                LogRecovered(_logger);
                return;
            }
            catch (LedgerRefusedException e)
            {
                _state = new LedgerState(LedgerCondition.Refused, e.Message);
                LogRefused(_logger, e);
                return;
            }
            catch (Exception e)
            {
                LogStillFailing(_logger, e);
            }

            try
            {
                await Task.Delay(delay, _time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Whole milliseconds, never back: a head may not be older than the one before it, whatever the clock does.</summary>
    private DateTimeOffset Now()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
        var newest = _published.Values.Max(log => log.Head.Time);
        return now > newest ? now : newest;
    }

    /// <summary>A commit failed, or its outcome is not known.</summary>
    /// <remarks>Look at disk and kernel log. It opens the database again by itself (3003).</remarks>
    [LoggerMessage(EventId = 3001, EventName = "LedgerFailed", Level = LogLevel.Error, Message = "The ledger's database failed; appending stops until it is reopened and verified.")]
    private static partial void LogStoreFailed(ILogger logger, Exception cause);

    /// <summary>The database could not be opened again.</summary>
    /// <remarks>Make room, or mend the medium; it goes on trying, at last every 5 s.</remarks>
    [LoggerMessage(EventId = 3002, EventName = "LedgerStillFailing", Level = LogLevel.Warning, Message = "The ledger's database is not back yet.")]
    private static partial void LogStillFailing(ILogger logger, Exception cause);

    /// <summary>It appends again.</summary>
    /// <remarks>Nothing; run <c>fsck --since-last</c> when the reason was the medium.</remarks>
    [LoggerMessage(EventId = 3003, EventName = "LedgerRecovered", Level = LogLevel.Information, Message = "The ledger's database is open again and its newest entries are verified.")]
    private static partial void LogRecovered(ILogger logger);

    /// <summary>What the database holds is not what was published.</summary>
    /// <remarks>Stop it, keep everything as it is, run <c>fsck</c>, restore (RUNBOOK.md).</remarks>
    [LoggerMessage(EventId = 3004, EventName = "LedgerRefused", Level = LogLevel.Critical, Message = "The ledger's database contradicts what was published; appending stops for good.")]
    private static partial void LogRefused(ILogger logger, Exception cause);

    /// <summary>A certificate was about to get a serial number that another one has; nothing of it was written, and another number is drawn.</summary>
    /// <remarks>By chance this never happens: stop it, and look at the machine's source of random numbers.</remarks>
    [LoggerMessage(EventId = 3006, EventName = "SerialTaken", Level = LogLevel.Critical, Message = "The serial number {Serial} was drawn for a certificate and is taken already")]
    private static partial void LogSerialTaken(ILogger logger, string serial);

    /// <summary>A batch was given up before it was written; its callers were told.</summary>
    /// <remarks>A defect or a key that signs wrongly: the exception says which.</remarks>
    [LoggerMessage(EventId = 3005, EventName = "BatchNotSigned", Level = LogLevel.Error, Message = "A batch could not be signed; nothing of it was written.")]
    private static partial void LogPlanFailed(ILogger logger, Exception cause);
}
