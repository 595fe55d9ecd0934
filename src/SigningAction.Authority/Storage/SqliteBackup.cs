using Microsoft.Data.Sqlite;

namespace SigningAction.Authority.Storage;

/// <summary>Copies a database that is being written: one moment of it, whole.</summary>
public static class SqliteBackup
{
    /// <summary>
    /// Writes the copy beside its place, syncs it and renames it: a backup is complete or not there. Writers go on meanwhile; a copy that takes long only lets
    /// the write-ahead log grow.
    /// </summary>
    /// <param name="database">The database, whose authority may be running.</param>
    /// <param name="target">The copy, readable by its owner only. Never overwritten.</param>
    /// <param name="cancellationToken">Stops it; nothing is left.</param>
    /// <returns>Where the logs stand in the copy.</returns>
    /// <exception cref="StoreRefusedException">There is no such database, it is not ours, or the target exists.</exception>
    /// <exception cref="IOException">The medium refused.</exception>
    public static async Task<IReadOnlyList<StoredHead>> WriteAsync(string database, string target, CancellationToken cancellationToken = default)
    {
        target = Path.GetFullPath(target);
        if (Path.Exists(target))
        {
            throw new StoreRefusedException($"{target} exists already; a backup is never overwritten.");
        }

        if (!File.Exists(database))
        {
            throw new StoreRefusedException($"There is no ledger {database}.");
        }

        var directory = Path.GetDirectoryName(target) ?? throw new StoreRefusedException($"{target} is no file.");
        if (!Directory.Exists(directory))
        {
            throw new IOException($"{target} cannot be written: there is no such directory.");
        }

        var temporary = Path.Combine(directory, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var file = DurableFile.CreateNew(temporary, DurableFile.OwnerOnly))
            {
                Copy(database, temporary);
                Libc.Sync(file, temporary);
            }

            var heads = await ReadHeadsAsync(temporary, cancellationToken);
            File.Move(temporary, target, overwrite: false);
            Libc.SyncDirectory(directory);
            return heads;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SqliteFaults.Full or SqliteFaults.IoError)
        {
            throw new IOException($"{target} cannot be written: {(e.SqliteErrorCode == SqliteFaults.Full ? "no space left on device" : e.Message)}", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && e.HResult > 0))
        {
            throw new IOException($"{target} cannot be written: {FileFaults.Reason(e)}.", e);
        }
        catch (SqliteException e)
        {
            throw new StoreRefusedException($"{database} could not be copied to {target}: {e.Message}", e);
        }
        finally
        {
            foreach (var left in (string[])[temporary, temporary + "-journal", temporary + "-wal", temporary + "-shm"])
            {
                File.Delete(left);
            }
        }
    }

    private static void Copy(string database, string target)
    {
        using var from = SqliteSchema.OpenReader(database);
        SqliteSchema.Check(from, database);
        using var to = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = target, Pooling = false }.ToString());
        to.Open();

        // One step, one read transaction: what another process commits meanwhile is in none of it.
        from.BackupDatabase(to);
    }

    private static async Task<IReadOnlyList<StoredHead>> ReadHeadsAsync(string copy, CancellationToken cancellationToken)
    {
        await using var store = SqliteLedgerStore.OpenReadOnly(copy);
        return await store.ReadHeadsAsync(cancellationToken);
    }
}
