using Microsoft.Data.Sqlite;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Storage;

/// <summary>The one connection that writes, with its statements prepared once. Used by one caller at a time.</summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>A checkpoint of the write-ahead log is due after about this many of its pages (4 KiB each): few enough that it takes tens of milliseconds.</summary>
    private const long CheckpointPages = 8_000;

    /// <summary>Pages that one leaf dirties besides its own bytes: two random index pages at most.</summary>
    private const long IndexPagesPerLeaf = 2;

    /// <summary>SQLITE_CONSTRAINT_UNIQUE.</summary>
    private const int NotUnique = 2067;

    private readonly SqliteSession _session;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _checkpoint;
    private readonly SqliteStatement _truncate;
    private readonly SqliteStatement _probe;
    private readonly SqliteStatement _createLog;
    private readonly SqliteStatement _moveHead;
    private readonly SqliteStatement _leaf;
    private readonly SqliteStatement _tile;
    private readonly SqliteStatement _entry;
    private readonly SqliteStatement _audit;
    private readonly SqliteStatement _inventory;
    private readonly SqliteStatement _find;
    private long _pagesSinceCheckpoint;

    public SqliteWriter(SqliteSession session)
    {
        _session = session;
        _begin = session.Prepare("BEGIN IMMEDIATE", 0);
        _commit = session.Prepare("COMMIT", 0);
        _rollback = session.Prepare("ROLLBACK", 0);
        _checkpoint = session.Prepare("PRAGMA wal_checkpoint(PASSIVE)", 0);
        _truncate = session.Prepare("PRAGMA wal_checkpoint(TRUNCATE)", 0);
        _probe = session.Prepare("UPDATE probe SET count = count + 1", 0);
        _createLog = session.Prepare("INSERT INTO heads (log, size, root, checkpoint, time) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", 5);
        _moveHead = session.Prepare("UPDATE heads SET size=$1, root=$2, checkpoint=$3, time=$4 WHERE log=$5 AND size=$6 AND root=$7", 7);
        _leaf = session.Prepare("INSERT INTO leaves (log, idx, data, sha256, is_unique) VALUES ($1, $2, $3, $4, $5)", 5);
        _tile = session.Prepare("INSERT INTO tiles (log, level, idx, hashes) VALUES ($1, $2, $3, $4)", 4);
        _entry = session.Prepare("INSERT INTO entries (log, idx, digest) VALUES ($1, $2, $3)", 3);
        _audit = session.Prepare("INSERT INTO audit VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)", 16);
        _inventory = session.Prepare("INSERT INTO inventory VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)", 16);
        _find = session.Prepare("SELECT idx, data FROM leaves WHERE log=$1 AND sha256=$2 AND is_unique=1", 2);
    }

    public void CreateLog(StoredHead head)
    {
        if (_createLog.Execute(head.Log.Number, head.Size, head.Root, head.Checkpoint, head.Time.ToUnixTimeMilliseconds()) != 1)
        {
            throw new StoreRefusedException($"The database already holds {head.Log}.");
        }
    }

    /// <summary>The transaction. Everything between BEGIN and COMMIT is inserts and one compared update a log, so it is short.</summary>
    public void Commit(IReadOnlyList<LogAppend> batch)
    {
        _begin.Execute();
        try
        {
            foreach (var append in batch)
            {
                Insert(append);
            }

            _commit.Execute();
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    public Dictionary<Sha256Digest, StoredLeaf> Find(LogId log, IReadOnlyCollection<Sha256Digest> keys)
    {
        var found = new Dictionary<Sha256Digest, StoredLeaf>();
        foreach (var key in keys)
        {
            using var reader = _find.Query(log.Number, key);
            if (reader.Read())
            {
                found[key] = new StoredLeaf(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), key, IsUnique: true);
            }
        }

        return found;
    }

    public void CheckpointWhenDue()
    {
        if (_pagesSinceCheckpoint >= CheckpointPages)
        {
            _checkpoint.Execute();
            _pagesSinceCheckpoint = 0;
        }
    }

    /// <summary>
    /// Writes everything that is readable from the write-ahead log into the database and syncs it, then writes and commits once.
    /// After a failed sync the kernel may hold pages that look written and are not: only a copy that was synced anew is durable.
    /// </summary>
    public void ProveDurable()
    {
        using (var reader = _truncate.Query())
        {
            if (!reader.Read() || reader.GetInt64(0) != 0)
            {
                throw new StoreRefusedException("The write-ahead log could not be written back, because somebody else uses the database.");
            }
        }

        _probe.Execute();
        _pagesSinceCheckpoint = 0;
    }

    public void Dispose() => _session.Dispose();

    private void Insert(LogAppend append)
    {
        var (log, before, after) = (append.After.Log.Number, append.Before, append.After);
        if (_moveHead.Execute(after.Size, after.Root, after.Checkpoint, after.Time.ToUnixTimeMilliseconds(), log, before.Size, before.Root) != 1)
        {
            throw new HeadsMovedException(append.After.Log);
        }

        foreach (var leaf in append.Leaves)
        {
            _leaf.Execute(log, leaf.Index, leaf.Data, leaf.Sha256, leaf.IsUnique);
            _pagesSinceCheckpoint += IndexPagesPerLeaf + 1 + (leaf.Data.Length / 4096);
        }

        foreach (var tile in append.Tiles)
        {
            _tile.Execute(log, tile.Level, tile.Index, tile.Hashes);
        }

        foreach (var row in append.Rows)
        {
            Insert(log, row);
        }

        _pagesSinceCheckpoint += append.Rows.Count + (3 * append.Tiles.Count) + 4;
    }

    private void Insert(int log, LedgerRow row)
    {
        switch (row)
        {
            case EntryRow entry:
                _entry.Execute(log, entry.Index, Convert.FromHexString(entry.Digest));
                break;
            case AuditRow audit:
                var by = audit.Identity;
                _audit.Execute(
                    log, audit.Index, audit.Time, audit.Kind, audit.Decision, audit.Reason, audit.CorrelationId,
                    by?.Issuer, by?.Signer, by?.Repository, by?.RepositoryId, by?.OwnerId, by?.SourceRef, by?.SourceDigest, by?.Event, by?.Runner);
                break;
            case InventoryRow issued:
                InsertIssued(log, issued);
                break;
            default:
                throw new InvalidOperationException($"No table for {row.GetType().Name}.");
        }
    }

    private void InsertIssued(int log, InventoryRow issued)
    {
        var to = issued.Identity;
        try
        {
            _inventory.Execute(
                log, issued.Index, issued.Serial, issued.Sha256, issued.CertificateIndex, issued.NotBefore, issued.NotAfter,
                to.Issuer, to.Signer, to.Repository, to.RepositoryId, to.OwnerId, to.SourceRef, to.SourceDigest, to.Event, to.Runner);
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == NotUnique)
        {
            // The serial number is the one column besides the key that must be unique here.
            throw new SerialTakenException(issued.Serial, e);
        }
    }

    /// <summary>A failed COMMIT may have ended the transaction already; what matters is the first error, and that the store is reopened after it.</summary>
    private void RollBack()
    {
        try
        {
            _rollback.Execute();
        }
        catch (SqliteException)
        {
            // Nothing to add: the caller gets the error that led here, and reopening closes this connection.
        }
    }
}
