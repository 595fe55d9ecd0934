using Microsoft.Data.Sqlite;

namespace SigningAction.Authority.Storage;

/// <summary>The room of kept bundles: a full disk would stop the ledger beside them, and with it all signing.</summary>
/// <param name="Megabytes">2^20 bytes of their database at most.</param>
/// <param name="ReserveMegabytes">2^20 bytes that must be free on its disk before something is written.</param>
public sealed record BundleRoom(int Megabytes, int ReserveMegabytes)
{
    private const int SqliteFull = 13; // SQLITE_FULL: the cap on pages, or the disk

    /// <summary>Caps a database that was opened to write; one that is larger already does not grow.</summary>
    internal void Cap(SqliteConnection connection)
    {
        var page = (long)SqliteSchema.Scalar(connection, "PRAGMA page_size")!;
        SqliteSchema.Execute(connection, FormattableString.Invariant($"PRAGMA max_page_count={((long)Megabytes << 20) / page};"));
    }

    /// <exception cref="StoreRefusedException">Less than the reserve is free.</exception>
    internal void RequireReserve(string path)
    {
        if (new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace < (long)ReserveMegabytes << 20)
        {
            throw new StoreRefusedException($"The disk of {path} has less than {ReserveMegabytes} MiB free, which are the ledger's.") { IsFull = true };
        }
    }

    internal static bool IsMissing(Exception fault) => fault is SqliteException { SqliteErrorCode: SqliteFull };
}
