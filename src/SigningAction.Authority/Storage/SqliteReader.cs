using Microsoft.Data.Sqlite;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Storage;

/// <summary>One connection that only reads, with its statements prepared once. Used by one caller at a time.</summary>
internal sealed class SqliteReader : IDisposable
{
    private const string IdentityColumnsSql = "issuer, signer, repository, repository_id, owner_id, source_ref, source_digest, event, runner";

    private const string InventoryColumnsSql = "idx, serial, sha256, certificate_idx, not_before, not_after, " + IdentityColumnsSql;

    private readonly SqliteSession _session;
    private readonly SqliteStatement _heads;
    private readonly SqliteStatement _check;
    private readonly SqliteStatement _counts;
    private readonly SqliteStatement _leaves;
    private readonly SqliteStatement _tiles;
    private readonly SqliteStatement _entryRows;
    private readonly SqliteStatement _auditRows;
    private readonly SqliteStatement _inventoryRows;
    private readonly SqliteStatement _byDigest;
    private readonly SqliteStatement _bySerial;

    public SqliteReader(SqliteSession session)
    {
        _session = session;
        _heads = session.Prepare("SELECT log, size, root, checkpoint, time FROM heads ORDER BY log", 0);
        _check = session.Prepare("PRAGMA integrity_check", 0);
        _counts = session.Prepare(
            """
            SELECT (SELECT size FROM heads WHERE log=$1), (SELECT count(*) FROM leaves WHERE log=$1), (SELECT count(*) FROM tiles WHERE log=$1),
                (SELECT count(*) FROM entries WHERE log=$1) + (SELECT count(*) FROM audit WHERE log=$1) + (SELECT count(*) FROM inventory WHERE log=$1)
            """,
            1);
        _leaves = session.Prepare("SELECT idx, data, sha256, is_unique FROM leaves WHERE log=$1 AND idx>=$2 AND idx<$3 ORDER BY idx", 3);
        _tiles = session.Prepare("SELECT idx, hashes FROM tiles WHERE log=$1 AND level=$2 AND idx>=$3 AND idx<$4 ORDER BY idx", 4);
        _entryRows = session.Prepare("SELECT idx, digest FROM entries WHERE log=$1 AND idx>=$2 AND idx<$3 ORDER BY idx", 3);
        _auditRows = session.Prepare($"SELECT idx, time, kind, decision, reason, correlation, {IdentityColumnsSql} FROM audit WHERE log=$1 AND idx>=$2 AND idx<$3 ORDER BY idx", 3);
        _inventoryRows = session.Prepare($"SELECT {InventoryColumnsSql} FROM inventory WHERE log=$1 AND idx>=$2 AND idx<$3 ORDER BY idx", 3);
        _byDigest = session.Prepare("SELECT idx, digest FROM entries WHERE log=$1 AND digest=$2 ORDER BY idx DESC LIMIT $3", 3);
        _bySerial = session.Prepare($"SELECT {InventoryColumnsSql} FROM inventory WHERE serial=$1", 1);
    }

    public List<StoredHead> Heads()
    {
        using var reader = _heads.Query();
        var heads = new List<StoredHead>();
        while (reader.Read())
        {
            heads.Add(new StoredHead(
                new LogId(reader.GetInt32(0)), reader.GetInt64(1), Digest(reader, 2), reader.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4))));
        }

        return heads;
    }

    public List<StoredLeaf> Leaves(LogId log, long first, int count)
    {
        using var reader = _leaves.Query(log.Number, first, first + count);
        var leaves = new List<StoredLeaf>();
        while (reader.Read() && reader.GetInt64(0) == first + leaves.Count)
        {
            leaves.Add(new StoredLeaf(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), Digest(reader, 2), reader.GetInt64(3) == 1));
        }

        return leaves;
    }

    public List<StoredTile> Tiles(LogId log, int level, long first, int count)
    {
        using var reader = _tiles.Query(log.Number, level, first, first + count);
        var tiles = new List<StoredTile>();
        while (reader.Read() && reader.GetInt64(0) == first + tiles.Count)
        {
            tiles.Add(new StoredTile(level, reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        }

        return tiles;
    }

    public List<LedgerRow> Rows(LogId log, long first, int count)
    {
        var rows = new List<LedgerRow>();
        using (var reader = _entryRows.Query(log.Number, first, first + count))
        {
            while (reader.Read())
            {
                rows.Add(Entry(reader));
            }
        }

        using (var reader = _auditRows.Query(log.Number, first, first + count))
        {
            while (reader.Read())
            {
                rows.Add(new AuditRow(reader.GetInt64(1), reader.GetString(2), reader.GetString(3), Text(reader, 4), reader.GetString(5), Identity(reader, 6))
                {
                    Index = reader.GetInt64(0),
                });
            }
        }

        using (var reader = _inventoryRows.Query(log.Number, first, first + count))
        {
            while (reader.Read())
            {
                rows.Add(Inventory(reader));
            }
        }

        // Stable: the rows of one leaf stay in the order of the tables above, which is the order in which formats give them.
        return [.. rows.OrderBy(row => row.Index)];
    }

    public StoredCounts Counts(LogId log)
    {
        using var reader = _counts.Query(log.Number);
        reader.Read();
        return new StoredCounts(reader.IsDBNull(0) ? 0 : reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
    }

    public List<EntryRow> ByDigest(LogId log, ReadOnlyMemory<byte> digest, int count)
    {
        using var reader = _byDigest.Query(log.Number, digest, count);
        var rows = new List<EntryRow>();
        while (reader.Read())
        {
            rows.Add(Entry(reader));
        }

        return rows;
    }

    public InventoryRow? BySerial(string serial)
    {
        using var reader = _bySerial.Query(serial);
        return reader.Read() ? Inventory(reader) : null;
    }

    public List<string> Check()
    {
        var faults = new List<string>();
        using var reader = _check.Query();
        while (reader.Read())
        {
            if (reader.GetString(0) is not "ok" and var fault)
            {
                faults.Add(fault);
            }
        }

        return faults;
    }

    public void Dispose() => _session.Dispose();

    private static EntryRow Entry(SqliteDataReader reader) =>
        new(Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(1))) { Index = reader.GetInt64(0) };

    private static InventoryRow Inventory(SqliteDataReader reader) =>
        new(reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), Identity(reader, 6)!) { Index = reader.GetInt64(0) };

    private static IdentityColumns? Identity(SqliteDataReader reader, int first) => reader.IsDBNull(first)
        ? null
        : new IdentityColumns(
            reader.GetString(first), Text(reader, first + 1) ?? "", Text(reader, first + 2), Text(reader, first + 3), Text(reader, first + 4),
            Text(reader, first + 5), Text(reader, first + 6), Text(reader, first + 7), Text(reader, first + 8));

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A digest of another length is a damaged row: it reads as zeros, which no hash equals, and fails where it is compared.</summary>
    private static Sha256Digest Digest(SqliteDataReader reader, int column)
    {
        var bytes = reader.GetFieldValue<byte[]>(column);
        return bytes.Length == Sha256Digest.Size ? Sha256Digest.From(bytes) : default;
    }
}
