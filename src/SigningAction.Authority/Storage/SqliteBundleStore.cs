using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Storage;

/// <summary>
/// Finished bundles by the artifacts that they are about, in a database of their own beside the ledger: a cache that may be lost, and must never stand in the way of a
/// commit of the ledger. The file is made by the first bundle. Safe for concurrent use; one caller at a time is in the database, and takes with him what waits for a
/// commit: an idle store commits each bundle at once, a busy one shares each commit and its sync among all that wait.
/// </summary>
/// <param name="path">The database.</param>
/// <param name="room">How much it may take.</param>
public sealed class SqliteBundleStore(string path, BundleRoom room) : IDisposable
{
    private const long Layout = 2;

    /// <summary><c>application_id</c> ("SAuB").</summary>
    private const long Kind = 0x53417542;

    // The index is for whoever reads all bundles (fsck): without it each of them would read every artifact.
    private const string Tables =
        """
        CREATE TABLE bundles (id INTEGER PRIMARY KEY, said BLOB NOT NULL UNIQUE, sha256 BLOB NOT NULL, data BLOB NOT NULL, time INTEGER NOT NULL) STRICT;
        CREATE TABLE artifacts (sha256 BLOB NOT NULL, bundle INTEGER NOT NULL REFERENCES bundles, PRIMARY KEY (sha256, bundle)) STRICT, WITHOUT ROWID;
        CREATE INDEX artifacts_of_bundle ON artifacts (bundle);
        """;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();
    private List<PendingBundle> _waiting = [];
    private BundleSession? _session;

    /// <summary>Keeps a bundle, durably when this returns; one that says the same as a kept one changes nothing.</summary>
    /// <param name="said">The digest by which two bundles say the same.</param>
    /// <param name="json">The bundle, one line without a line feed.</param>
    /// <param name="artifacts">SHA-256 of what it is about; at least one.</param>
    /// <param name="time">Now.</param>
    /// <param name="most">The most bundles of one artifact.</param>
    /// <param name="cancellationToken">Stops waiting for a turn.</param>
    /// <exception cref="StoreRefusedException">The database cannot be used now.</exception>
    public async Task<KeptBundle> AddAsync(
        Sha256Digest said, ReadOnlyMemory<byte> json, IReadOnlyCollection<Sha256Digest> artifacts, DateTimeOffset time, int most, CancellationToken cancellationToken)
    {
        var mine = new PendingBundle(said, json, artifacts, time, most);
        lock (_gate)
        {
            _waiting.Add(mine);
        }

        try
        {
            await _turn.WaitAsync(cancellationToken);
        }
        catch
        {
            // Whose turn it is may have it already: then it is kept, and nobody hears of it.
            lock (_gate)
            {
                _ = _waiting.Remove(mine);
            }

            throw;
        }

        try
        {
            // Everything that waits, not mine alone: those whose bundles these are find them done when their turn comes.
            Keep(TakeWaiting());
        }
        finally
        {
            _turn.Release();
        }

        return mine.Outcome();
    }

    /// <summary>The newest bundles of an artifact, the newest first.</summary>
    /// <param name="artifact">SHA-256 of the artifact.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="bytes">How many bytes at most in all; the newest is given whatever its size.</param>
    /// <param name="cancellationToken">Stops waiting for a turn.</param>
    /// <exception cref="StoreRefusedException">The database cannot be used now.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> FindAsync(Sha256Digest artifact, int count, long bytes, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _session is null && !File.Exists(path) ? [] : In(session => session.Find(artifact, count, bytes));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads a database beside a running authority, without changing it: what it finds wrong in its own pages, and every bundle with its artifacts.</summary>
    /// <param name="path">The database.</param>
    /// <param name="fault">Hears what is wrong.</param>
    /// <param name="bundle">Hears of each bundle: what it says and its digest, as they are stored, bytes, artifacts.</param>
    public static void ReadAll(string path, Action<string> fault, Action<Sha256Digest, Sha256Digest, byte[], IReadOnlySet<Sha256Digest>> bundle)
    {
        try
        {
            using var session = Open(path, SqliteSchema.OpenReader);
            session.ReadAll(fault, bundle);
        }
        catch (Exception e) when (e is SqliteException or StoreRefusedException)
        {
            fault($"cannot be read: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Drop();
        _turn.Dispose();
    }

    /// <summary>Keeps what came together, in one commit, and tells each its outcome. The caller has the turn.</summary>
    internal void Keep(List<PendingBundle> batch)
    {
        if (batch.Count == 0 || TryKeep(batch) || batch.Count == 1)
        {
            return;
        }

        // There is no room for all of them: the large ones must not keep the small ones out.
        batch.ForEach(bundle => _ = TryKeep([bundle]));
    }

    private List<PendingBundle> TakeWaiting()
    {
        lock (_gate)
        {
            var waiting = _waiting;
            _waiting = [];
            return waiting;
        }
    }

    /// <returns>Whether each has an outcome that a try alone would not better.</returns>
    private bool TryKeep(List<PendingBundle> batch)
    {
        try
        {
            var kept = In(session => session.Add(batch, () => room.RequireReserve(path)));
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Done(kept[i]);
            }

            return true;
        }
        catch (StoreRefusedException e)
        {
            batch.ForEach(bundle => bundle.Failed(e));
            return !e.IsFull;
        }
    }

    private T In<T>(Func<BundleSession, T> work)
    {
        try
        {
            return work(_session ??= Open(path, OpenToKeep));
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            // What failed may have left pages that look written: the next caller reads from the medium again.
            Drop();
            throw new StoreRefusedException($"{path} cannot be used: {e.Message}", e) { IsFull = BundleRoom.IsMissing(e) };
        }
    }

    private void Drop()
    {
        _session?.Dispose();
        _session = null;
    }

    private SqliteConnection OpenToKeep(string path)
    {
        var connection = OpenOrMake(path);
        try
        {
            room.Cap(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteConnection OpenOrMake(string path)
    {
        var isNew = !File.Exists(path);
        if (isNew)
        {
            // SQLite gives its side files the mode of the database.
            DurableFile.CreateNew(path, DurableFile.OwnerOnly).Dispose();
        }

        var connection = SqliteSchema.OpenWriter(path);
        try
        {
            // A crash between the two steps leaves an empty file: then the tables are made now.
            if (isNew || SqliteSchema.Scalar(connection, "SELECT count(*) FROM sqlite_schema") is 0L)
            {
                SqliteSchema.Execute(connection, $"BEGIN IMMEDIATE; PRAGMA application_id={Kind}; PRAGMA user_version={Layout}; {Tables} COMMIT;");
                Libc.SyncDirectory(Path.GetDirectoryName(path)!);
            }

            // Nobody's commit waits for this database, so it writes its log back by itself.
            SqliteSchema.Execute(connection, "PRAGMA wal_autocheckpoint=1000;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The result owns the session, and the session the connection.")]
    private static BundleSession Open(string path, Func<string, SqliteConnection> open)
    {
        var session = new SqliteSession(open(path));
        try
        {
            return SqliteSchema.Scalar(session.Connection, "PRAGMA application_id") is Kind && SqliteSchema.Scalar(session.Connection, "PRAGMA user_version") is Layout
                ? new BundleSession(session)
                : throw new StoreRefusedException($"{path} holds no bundles of a signing-authority, or those of another version.");
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
