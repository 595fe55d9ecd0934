using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Testing;

/// <summary>A store that fails when a test says so, in front of one that works.</summary>
public sealed class FaultyStore(ILedgerStore inner) : ILedgerStore
{
    private volatile CommitFault _nextCommit;
    private volatile int _reopenFailures;
    private volatile Func<Task>? _wait;

    /// <summary>How the next commit fails; it works again after that.</summary>
    public CommitFault NextCommit
    {
        get => _nextCommit;
        set => _nextCommit = value;
    }

    /// <summary>How many times reopening fails.</summary>
    public int ReopenFailures
    {
        get => _reopenFailures;
        set => _reopenFailures = value;
    }

    /// <summary>Commits so far that returned.</summary>
    public int Commits { get; private set; }

    /// <summary>Times that the store was reopened.</summary>
    public int Reopened { get; private set; }

    /// <summary>Changes the leaves that a search for keys finds.</summary>
    public Func<StoredLeaf, StoredLeaf>? Found { get; set; }

    /// <summary>Lets commits wait until the result is disposed.</summary>
    public HeldCommits HoldCommits()
    {
        var held = new HeldCommits(() => _wait = null);
        _wait = held.WaitAsync;
        return held;
    }

    /// <inheritdoc/>
    public async ValueTask CommitAsync(IReadOnlyList<LogAppend> batch, CancellationToken cancellationToken)
    {
        if (_wait is { } wait)
        {
            await wait();
        }

        var fault = _nextCommit;
        _nextCommit = CommitFault.None;
        if (fault == CommitFault.Failed)
        {
            throw new IOException("Injected: the commit failed.");
        }

        await inner.CommitAsync(batch, cancellationToken);
        if (fault == CommitFault.FailedButPersisted)
        {
            throw new IOException("Injected: the commit failed and is persisted.");
        }

        Commits++;
    }

    /// <inheritdoc/>
    public async ValueTask ReopenAsync(CancellationToken cancellationToken)
    {
        if (_reopenFailures > 0)
        {
            _reopenFailures--;
            throw new IOException("Injected: the store is not back.");
        }

        await inner.ReopenAsync(cancellationToken);
        Reopened++;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<Sha256Digest, StoredLeaf>> FindLeavesAsync(LogId log, IReadOnlyCollection<Sha256Digest> keys, CancellationToken cancellationToken)
    {
        var found = await inner.FindLeavesAsync(log, keys, cancellationToken);
        return Found is null ? found : found.ToDictionary(leaf => leaf.Key, leaf => Found(leaf.Value));
    }

    /// <inheritdoc/>
    public ValueTask CreateLogAsync(StoredHead head, CancellationToken cancellationToken) => inner.CreateLogAsync(head, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredHead>> ReadHeadsAsync(CancellationToken cancellationToken) => inner.ReadHeadsAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredLeaf>> ReadLeavesAsync(LogId log, long first, int count, CancellationToken cancellationToken) =>
        inner.ReadLeavesAsync(log, first, count, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredTile>> ReadTilesAsync(LogId log, int level, long first, int count, CancellationToken cancellationToken) =>
        inner.ReadTilesAsync(log, level, first, count, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerRow>> ReadRowsAsync(LogId log, long first, int count, CancellationToken cancellationToken) =>
        inner.ReadRowsAsync(log, first, count, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoredCounts> CountAsync(LogId log, CancellationToken cancellationToken) => inner.CountAsync(log, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<EntryRow>> FindEntriesAsync(LogId log, ReadOnlyMemory<byte> digest, int count, CancellationToken cancellationToken) =>
        inner.FindEntriesAsync(log, digest, count, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<InventoryRow?> FindCertificateAsync(string serial, CancellationToken cancellationToken) => inner.FindCertificateAsync(serial, cancellationToken);

    /// <inheritdoc/>
    public ValueTask MaintainAsync(CancellationToken cancellationToken) => inner.MaintainAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
