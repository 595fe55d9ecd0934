using Microsoft.Data.Sqlite;

namespace SigningAction.Authority.Storage;

/// <summary>What a failure of SQLite means to whoever runs the authority: the medium, another process, or damage.</summary>
internal static class SqliteFaults
{
    /// <summary>SQLITE_BUSY: another connection holds a lock.</summary>
    public const int Busy = 5;

    /// <summary>SQLITE_IOERR: the medium.</summary>
    public const int IoError = 10;

    /// <summary>SQLITE_FULL: no room.</summary>
    public const int Full = 13;

    private const int Locked = 6; // SQLITE_LOCKED
    private const int OutOfMemory = 7; // SQLITE_NOMEM
    private const int Corrupt = 11; // SQLITE_CORRUPT
    private const int CannotOpen = 14; // SQLITE_CANTOPEN
    private const int NotADatabase = 26; // SQLITE_NOTADB

    /// <summary>A database that does not open.</summary>
    public static Exception Opening(string path, SqliteException fault) => fault.SqliteErrorCode switch
    {
        IoError or Full => new IOException($"{path} does not open: {fault.Message} {StoreRoom.Advice(path)}", fault),
        Corrupt or NotADatabase => Damaged(path, fault),
        _ => new StoreRefusedException($"{path} does not open: {fault.Message}", fault),
    };

    /// <summary>A database that cannot be written back, synced or written.</summary>
    public static Exception Writing(string path, SqliteException fault) => fault.SqliteErrorCode is Corrupt or NotADatabase
        ? Damaged(path, fault)
        : new StoreRefusedException($"{path} cannot be written: {fault.Message} {StoreRoom.Advice(path)}", fault);

    /// <summary>
    /// A read that failed. Statements are constants of this program, so whatever is not the medium's or the moment's fault is a table that is not as it was
    /// made.
    /// </summary>
    public static Exception Reading(string path, Exception fault) => fault is SqliteException { SqliteErrorCode: Busy or Locked or OutOfMemory or IoError or Full or CannotOpen }
        ? new IOException($"{path} cannot be read: {fault.Message}", fault)
        : Damaged(path, fault);

    /// <summary>Whether a read threw because of what it found.</summary>
    public static bool IsOfReading(Exception fault) =>
        fault is SqliteException or InvalidCastException or InvalidOperationException or ArgumentOutOfRangeException or OverflowException;

    private static StoreRefusedException Damaged(string path, Exception fault) =>
        new($"{path} is damaged: {fault.Message} Keep it as it is, run fsck, and restore the newest good backup.", fault) { IsDamaged = true };
}
