namespace SigningAction.Authority.Storage;

/// <summary>Whether there is room to write. On a full disk the few pages of a probe still fit where an append does not: a store would look ready and refuse everybody.</summary>
internal static class StoreRoom
{
    /// <summary>About a full batch: 1,024 leaves, their rows and index pages.</summary>
    private const int Bytes = 4 << 20;

    /// <summary>What an administrator does where a write fails.</summary>
    public static string Advice(string databasePath) =>
        $"Is the disk of {databasePath} full or failing? The authority needs room for 4 MiB there. A running one goes on by itself once it has it; start a stopped one again.";

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
            throw new IOException($"{e.Message} {Advice(databasePath)}", e);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
