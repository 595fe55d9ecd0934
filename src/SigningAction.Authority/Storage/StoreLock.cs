namespace SigningAction.Authority.Storage;

/// <summary>
/// Keeps a second authority away from a database: an advisory lock (flock) on a file beside it. The kernel drops it with the process, however that ends,
/// and keeps it while the process is only paused.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private const int WouldBlock = 11; // EWOULDBLOCK
    private const int WouldBlockOnMac = 35;

    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    public static StoreLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            return new StoreLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException e) when (e.HResult == (OperatingSystem.IsMacOS() ? WouldBlockOnMac : WouldBlock))
        {
            throw new StoreRefusedException(
                $"Another process uses {databasePath} (it holds {path}). Stop it first; two authorities on one database are never allowed.", e)
            { IsInUse = true };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be written: {FileFaults.Reason(e)}", e);
        }
    }

    /// <summary>Waits until no other process uses a database. Who asks next may find it taken again: opening says so.</summary>
    /// <param name="databasePath">The database; it may be missing.</param>
    /// <param name="longest">How long at most.</param>
    /// <param name="time">The clock.</param>
    /// <param name="waiting">Called once, when it is in use.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="StoreRefusedException">It still was in use at the end.</exception>
    public static async Task WaitUntilFreeAsync(string databasePath, TimeSpan longest, TimeProvider time, Action waiting, CancellationToken cancellationToken)
    {
        if (!File.Exists(databasePath))
        {
            return;
        }

        var began = time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                Take(databasePath).Dispose();
                return;
            }
            catch (StoreRefusedException e) when (e.IsInUse && time.GetElapsedTime(began) < longest)
            {
                if (isFirst)
                {
                    waiting();
                }
            }

            // The kernel tells nobody when a lock is dropped without blocking a thread for it.
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
        }
    }

    public void Dispose() => _file.Dispose();
}
