using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Storage;

/// <summary>The ledger in one SQLite file: one writing connection, a few reading ones, one process.</summary>
public sealed class SqliteLedgerStore : ILedgerStore
{
    /// <summary>Reads that run at once; each holds a page cache of 4 MiB.</summary>
    private const int Readers = 4;

    private readonly string _path;
    private readonly StoreLock? _lock;
    private readonly SemaphoreSlim _free = new(Readers);
    private readonly ConcurrentBag<SqliteReader> _readers = [];
    private SqliteReader? _anchor;
    private volatile SqliteWriter? _writer;

    /// <summary>
    /// The anchor is a connection that does nothing. Without one the last connection that closes would delete the side files, and on a full disk they
    /// could not be made again: not even reading would go on.
    /// </summary>
    private SqliteLedgerStore(string path, StoreLock? @lock, SqliteWriter? writer)
    {
        _path = path;
        _lock = @lock;
        _writer = writer;
        _anchor = writer is null ? null : OpenReader(path);
    }

    /// <summary>Makes a new database, readable by its owner only.</summary>
    /// <exception cref="StoreRefusedException">Something is there already.</exception>
    public static SqliteLedgerStore Create(string path)
    {
        path = Path.GetFullPath(path);
        if (Path.Exists(path))
        {
            throw new StoreRefusedException($"{path} exists already; a ledger is never overwritten.");
        }

        var locked = StoreLock.Take(path);
        try
        {
            // SQLite gives its side files the mode of the database.
            DurableFile.CreateNew(path, DurableFile.OwnerOnly).Dispose();
            using (var connection = SqliteSchema.OpenWriter(path))
            {
                SqliteSchema.Create(connection);
            }

            Libc.SyncDirectory(Path.GetDirectoryName(path)!);
            return new SqliteLedgerStore(path, locked, OpenWriter(path));
        }
        catch
        {
            locked.Dispose();
            throw;
        }
    }

    /// <summary>Opens a database for one authority.</summary>
    /// <exception cref="StoreRefusedException">It is missing, in use, damaged, not ours, or of another version.</exception>
    /// <exception cref="IOException">Its disk is full or fails.</exception>
    public static SqliteLedgerStore Open(string path)
    {
        path = RequireFile(path);
        var locked = StoreLock.Take(path);
        try
        {
            return new SqliteLedgerStore(path, locked, OpenWriter(path));
        }
        catch (SqliteException e)
        {
            locked.Dispose();
            throw SqliteFaults.Opening(path, e);
        }
        catch
        {
            locked.Dispose();
            throw;
        }
    }

    /// <summary>Opens a database to look at it, also beside a running authority. Nothing can be written.</summary>
    /// <exception cref="StoreRefusedException">It is missing.</exception>
    public static SqliteLedgerStore OpenReadOnly(string path) => new(RequireFile(path), null, null);

    /// <inheritdoc/>
    public ValueTask CreateLogAsync(StoredHead head, CancellationToken cancellationToken)
    {
        Writer.CreateLog(head);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(IReadOnlyList<LogAppend> batch, CancellationToken cancellationToken)
    {
        Writer.Commit(batch);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>On the writing connection: its page cache stays valid across commits, a reader's does not.</remarks>
    public ValueTask<IReadOnlyDictionary<Sha256Digest, StoredLeaf>> FindLeavesAsync(LogId log, IReadOnlyCollection<Sha256Digest> keys, CancellationToken cancellationToken) =>
        new(Writer.Find(log, keys));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredHead>> ReadHeadsAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredHead>>(reader => reader.Heads(), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredLeaf>> ReadLeavesAsync(LogId log, long first, int count, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredLeaf>>(reader => reader.Leaves(log, first, count), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredTile>> ReadTilesAsync(LogId log, int level, long first, int count, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredTile>>(reader => reader.Tiles(log, level, first, count), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerRow>> ReadRowsAsync(LogId log, long first, int count, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<LedgerRow>>(reader => reader.Rows(log, first, count), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoredCounts> CountAsync(LogId log, CancellationToken cancellationToken) =>
        ReadAsync(reader => reader.Counts(log), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<EntryRow>> FindEntriesAsync(LogId log, ReadOnlyMemory<byte> digest, int count, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<EntryRow>>(reader => reader.ByDigest(log, digest, count), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<InventoryRow?> FindCertificateAsync(string serial, CancellationToken cancellationToken) =>
        ReadAsync(reader => reader.BySerial(serial), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(reader => reader.Check(), cancellationToken);

    /// <inheritdoc/>
    public ValueTask MaintainAsync(CancellationToken cancellationToken)
    {
        Writer.CheckpointWhenDue();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask ReopenAsync(CancellationToken cancellationToken)
    {
        // The lock stays: nobody may come in between.
        _writer?.Dispose();
        _writer = null;

        var taken = 0;
        try
        {
            // No reader may be at work, or the write-ahead log could not be truncated; and none may keep its file descriptors and pages.
            for (; taken < Readers; taken++)
            {
                await _free.WaitAsync(cancellationToken);
            }

            DropReaders();
            _writer = OpenProven();
            _anchor ??= OpenReader(_path);
        }
        catch (StoreRefusedException)
        {
            DropAnchor();
            throw;
        }
        catch (SqliteException e)
        {
            if (e.SqliteErrorCode == SqliteFaults.Busy)
            {
                DropAnchor();
            }

            throw SqliteFaults.Writing(_path, e);
        }
        finally
        {
            if (taken > 0)
            {
                _free.Release(taken);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        DropReaders();

        // The writer last: it writes the write-ahead log back, which a reader cannot.
        DropAnchor();
        _writer?.Dispose();
        _writer = null;
        _lock?.Dispose();
        _free.Dispose();
        return ValueTask.CompletedTask;
    }

    private SqliteWriter OpenProven()
    {
        var writer = OpenWriter(_path);
        try
        {
            writer.ProveDurable();
            StoreRoom.Prove(_path);

            // SQLite ignores a failure of this very sync; without it the write-ahead log could lose its name.
            Libc.SyncDirectory(Path.GetDirectoryName(_path)!);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private SqliteWriter Writer => _writer ?? throw new InvalidOperationException("The database is not open for writing.");

    private static SqliteWriter OpenWriter(string path) => Open(path, SqliteSchema.OpenWriter, session => new SqliteWriter(session));

    private static SqliteReader OpenReader(string path) => Open(path, SqliteSchema.OpenReader, session => new SqliteReader(session));

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The result owns the session, and the session the connection.")]
    private static T Open<T>(string path, Func<string, SqliteConnection> open, Func<SqliteSession, T> make)
    {
        var session = new SqliteSession(open(path));
        try
        {
            SqliteSchema.Check(session.Connection, path);
            return make(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static string RequireFile(string path)
    {
        path = Path.GetFullPath(path);
        return File.Exists(path) ? path : throw new StoreRefusedException($"There is no ledger {path}. Make the authority with 'signing-authority init'.");
    }

    private async ValueTask<T> ReadAsync<T>(Func<SqliteReader, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        SqliteReader? reader = null;
        try
        {
            reader = _readers.TryTake(out var kept) ? kept : OpenReader(_path);
            var result = read(reader);
            _readers.Add(reader);
            return result;
        }
        catch (Exception e) when (SqliteFaults.IsOfReading(e))
        {
            // Not put back: its connection may be part of the failure. Nor left to the collector: whoever reads a damaged page again and again would use up the file handles.
            reader?.Dispose();
            throw SqliteFaults.Reading(_path, e);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Also when the database is in use, which may be by ourselves: a lock that failed to be given back lives as long as any connection of this process.</summary>
    private void DropAnchor()
    {
        _anchor?.Dispose();
        _anchor = null;
    }

    private void DropReaders()
    {
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }
}
