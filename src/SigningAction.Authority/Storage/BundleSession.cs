using Microsoft.Data.Sqlite;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Storage;

/// <summary>The connection of <see cref="SqliteBundleStore"/> with its statements. Used by one caller at a time.</summary>
internal sealed class BundleSession : IDisposable
{
    private readonly SqliteSession _session;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _has;
    private readonly SqliteStatement _count;
    private readonly SqliteStatement _bundle;
    private readonly SqliteStatement _artifact;
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _check;
    private readonly SqliteStatement _all;
    private readonly SqliteStatement _artifacts;

    public BundleSession(SqliteSession session)
    {
        _session = session;
        _begin = session.Prepare("BEGIN IMMEDIATE", 0);
        _commit = session.Prepare("COMMIT", 0);
        _rollback = session.Prepare("ROLLBACK", 0);
        _has = session.Prepare("SELECT data FROM bundles WHERE said=$1", 1);
        _count = session.Prepare("SELECT count(*) FROM artifacts WHERE sha256=$1", 1);
        _bundle = session.Prepare("INSERT INTO bundles (said, sha256, data, time) VALUES ($1, $2, $3, $4)", 4);
        _artifact = session.Prepare("INSERT INTO artifacts (sha256, bundle) SELECT $1, id FROM bundles WHERE said=$2", 2);
        _find = session.Prepare("SELECT b.data FROM artifacts a JOIN bundles b ON b.id=a.bundle WHERE a.sha256=$1 ORDER BY a.bundle DESC LIMIT $2", 2);
        _check = session.Prepare("PRAGMA integrity_check", 0);
        _all = session.Prepare("SELECT id, said, sha256, data FROM bundles ORDER BY id", 0);
        _artifacts = session.Prepare("SELECT sha256 FROM artifacts WHERE bundle=$1", 1);
    }

    public SqliteConnection Connection => _session.Connection;

    /// <summary>Keeps bundles in one transaction: all that are not kept already, and whose artifacts have room, or none.</summary>
    /// <param name="bundles">In their order; one may say the same as one before it.</param>
    /// <param name="requireRoom">Asked before something is written; throws where there is no room.</param>
    public IReadOnlyList<KeptBundle> Add(IReadOnlyList<PendingBundle> bundles, Action requireRoom)
    {
        var kept = new List<KeptBundle>(bundles.Count);
        var isNew = false;
        _begin.Execute();
        try
        {
            foreach (var bundle in bundles)
            {
                if (Find(bundle) is { } there)
                {
                    kept.Add(there);
                    continue;
                }

                if (!isNew)
                {
                    requireRoom();
                    isNew = true;
                }

                Insert(bundle);
                kept.Add(new KeptBundle(bundle.Json, null));
            }

            _commit.Execute();
            return kept;
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    public IReadOnlyList<ReadOnlyMemory<byte>> Find(Sha256Digest artifact, int count, long bytes)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        using var reader = _find.Query(artifact, count);
        for (var total = 0L; reader.Read();)
        {
            var data = reader.GetFieldValue<byte[]>(0);
            total += data.Length;
            if (found.Count > 0 && total > bytes)
            {
                break;
            }

            found.Add(data);
        }

        return found;
    }

    public void ReadAll(Action<string> fault, Action<Sha256Digest, Sha256Digest, byte[], IReadOnlySet<Sha256Digest>> bundle)
    {
        using (var reader = _check.Query())
        {
            while (reader.Read())
            {
                if (reader.GetString(0) is not "ok" and var found)
                {
                    fault(found);
                }
            }
        }

        using var all = _all.Query();
        while (all.Read())
        {
            var artifacts = new HashSet<Sha256Digest>();
            using (var reader = _artifacts.Query(all.GetInt64(0)))
            {
                while (reader.Read())
                {
                    artifacts.Add(Digest(reader, 0));
                }
            }

            bundle(Digest(all, 1), Digest(all, 2), all.GetFieldValue<byte[]>(3), artifacts);
        }
    }

    public void Dispose() => _session.Dispose();

    /// <summary>What is there of it: the kept bundle that says the same, or too many others of one of its artifacts. Null where it is to be kept.</summary>
    private KeptBundle? Find(PendingBundle bundle)
    {
        using (var reader = _has.Query(bundle.Said))
        {
            if (reader.Read())
            {
                return new KeptBundle(reader.GetFieldValue<byte[]>(0), null);
            }
        }

        foreach (var artifact in bundle.Artifacts)
        {
            using var reader = _count.Query(artifact);
            if (reader.Read() && reader.GetInt64(0) >= bundle.Most)
            {
                return new KeptBundle(default, artifact);
            }
        }

        return null;
    }

    private void Insert(PendingBundle bundle)
    {
        _bundle.Execute(bundle.Said, Sha256Digest.Of(bundle.Json.Span), bundle.Json, bundle.Time.ToUnixTimeMilliseconds());
        foreach (var artifact in bundle.Artifacts)
        {
            _artifact.Execute(artifact, bundle.Said);
        }
    }

    /// <summary>A digest of another length is a damaged row: it reads as zeros, which no hash equals.</summary>
    private static Sha256Digest Digest(SqliteDataReader reader, int column)
    {
        var bytes = reader.GetFieldValue<byte[]>(column);
        return bytes.Length == Sha256Digest.Size ? Sha256Digest.From(bytes) : default;
    }

    private void RollBack()
    {
        try
        {
            _rollback.Execute();
        }
        catch (SqliteException)
        {
            // The caller gets the error that led here, and the connection is closed after it.
        }
    }
}
