using System.Globalization;
using Microsoft.Data.Sqlite;

namespace SigningAction.Authority.Storage;

/// <summary>The tables and how a connection must be set. The version is <c>user_version</c>: a program refuses a database that it does not know.</summary>
internal static class SqliteSchema
{
    private const long Version = 1;

    /// <summary><c>application_id</c>, so that another program's database is never taken for ours ("SAuL").</summary>
    private const long ApplicationId = 0x5341754C;

    /// <summary>
    /// STRICT: a value of the wrong type is an error, not a conversion. Leaves keep their rowid because their bytes are large;
    /// small rows are clustered by their leaf, which is the order in which they are written and audited.
    /// </summary>
    private const string Tables =
        """
        CREATE TABLE heads (
            log INTEGER PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, checkpoint TEXT NOT NULL, time INTEGER NOT NULL) STRICT;
        CREATE TABLE leaves (
            log INTEGER NOT NULL REFERENCES heads, idx INTEGER NOT NULL, data BLOB NOT NULL, sha256 BLOB NOT NULL, is_unique INTEGER NOT NULL,
            PRIMARY KEY (log, idx)) STRICT;
        CREATE UNIQUE INDEX leaves_unique ON leaves (log, sha256) WHERE is_unique = 1;
        CREATE TABLE tiles (
            log INTEGER NOT NULL REFERENCES heads, level INTEGER NOT NULL, idx INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (log, level, idx)) STRICT;
        CREATE TABLE entries (
            log INTEGER NOT NULL REFERENCES heads, idx INTEGER NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (log, idx)) STRICT, WITHOUT ROWID;
        CREATE INDEX entries_digest ON entries (log, digest, idx);
        CREATE TABLE audit (
            log INTEGER NOT NULL REFERENCES heads, idx INTEGER NOT NULL, time INTEGER NOT NULL, kind TEXT NOT NULL, decision TEXT NOT NULL, reason TEXT,
            correlation TEXT NOT NULL, issuer TEXT, signer TEXT, repository TEXT, repository_id TEXT, owner_id TEXT, source_ref TEXT, source_digest TEXT,
            event TEXT, runner TEXT, PRIMARY KEY (log, idx)) STRICT, WITHOUT ROWID;
        CREATE INDEX audit_correlation ON audit (correlation);
        CREATE INDEX audit_repository ON audit (repository_id, idx);
        CREATE TABLE inventory (
            log INTEGER NOT NULL REFERENCES heads, idx INTEGER NOT NULL, serial TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, certificate_idx INTEGER NOT NULL,
            not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, issuer TEXT NOT NULL, signer TEXT NOT NULL, repository TEXT, repository_id TEXT,
            owner_id TEXT, source_ref TEXT, source_digest TEXT, event TEXT, runner TEXT, PRIMARY KEY (log, idx)) STRICT, WITHOUT ROWID;
        CREATE INDEX inventory_repository ON inventory (repository_id, idx);
        CREATE TABLE probe (id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL) STRICT;
        INSERT INTO probe VALUES (1, 0);
        """;

    /// <summary>Opens the connection that writes. A commit is on the medium when it returns: WAL with synchronous=FULL syncs the log at every commit.</summary>
    public static SqliteConnection OpenWriter(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadWrite);
        try
        {
            // Checkpoints of the write-ahead log run between commits (MaintainAsync): inside one they would make somebody wait for them.
            Execute(
                connection,
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=0; "
                    + "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-32768;");
            if (Scalar(connection, "PRAGMA journal_mode") is not "wal" || Scalar(connection, "PRAGMA synchronous") is not 2L)
            {
                throw new StoreRefusedException($"{path} cannot be set to a write-ahead log with full synchronisation. Put it on a local file system.");
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that reads.</summary>
    public static SqliteConnection OpenReader(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadOnly);
        Execute(connection, "PRAGMA query_only=ON; PRAGMA cache_size=-4096;");
        return connection;
    }

    /// <summary>Makes the tables in an empty database.</summary>
    public static void Create(SqliteConnection connection) =>
        Execute(
            connection,
            string.Create(CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; PRAGMA application_id={ApplicationId}; PRAGMA user_version={Version}; {Tables} COMMIT;"));

    /// <summary>Refuses a database that is not ours or of another version.</summary>
    public static void Check(SqliteConnection connection, string path)
    {
        if (Scalar(connection, "PRAGMA application_id") is not ApplicationId)
        {
            throw new StoreRefusedException($"{path} is no ledger of a signing-authority.");
        }

        if (Scalar(connection, "PRAGMA user_version") is not Version and var found)
        {
            throw new StoreRefusedException($"{path} has schema version {found}; this program knows {Version}. Use the program that belongs to it.");
        }
    }

    public static void Execute(SqliteConnection connection, string constantSql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every caller passes a constant of this assembly.
        command.CommandText = constantSql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public static object? Scalar(SqliteConnection connection, string constantSql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every caller passes a constant of this assembly.
        command.CommandText = constantSql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        // No pooling: closing must really close, or a failed file descriptor would be handed out again.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA busy_timeout=5000;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
