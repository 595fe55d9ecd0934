namespace SigningAction.Authority.Storage;

/// <summary>Whether there is room to write. On a full disk the few pages of a probe still fit where an append does not: a store would look ready and refuse everybody.</summary>
internal static class StoreRoom
{
    /// <summary>About a full batch: 1,024 leaves, their rows and index pages.</summary>
    private const int Bytes = 4 << 20;

    /// <summary>Writes, syncs and deletes as much beside the database. What a crash leaves of it is overwritten the next time.</summary>
    /// <exception cref="IOException">There is no room, or the medium fails.</exception>
    public static void Prove(string databasePath)
    {
        var path = databasePath + ".room";
        try
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            RandomAccess.Write(file, new byte[Bytes], 0);
            Libc.Sync(file, path);
        }
        catch (IOException e)
        {
            throw new IOException($"{e.Message} The authority needs room for 4 MiB beside its database ({databasePath}): make room. A running one then goes on by itself; start a stopped one again.", e);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
