namespace SigningAction.Authority.Storage;

/// <summary>
/// Keeps a second authority away from a database: an advisory lock (flock) on a file beside it. The kernel drops it with the process, however that ends,
/// and keeps it while the process is only paused.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    public static StoreLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            return new StoreLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException e)
        {
            throw new StoreRefusedException($"Another process uses {databasePath} (it holds {path}). Stop it first; two authorities on one database are never allowed.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
