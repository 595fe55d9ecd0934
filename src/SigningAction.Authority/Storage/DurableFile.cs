namespace SigningAction.Authority.Storage;

/// <summary>Files that survive power loss whole: written beside their place, synced, renamed, and the directory synced. A reader sees the old file or the new one.</summary>
public static class DurableFile
{
    /// <summary>Only the owner reads and writes.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Owner writes, everybody reads.</summary>
    public const UnixFileMode Public = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a file that must not exist yet.</summary>
    /// <exception cref="IOException">It exists, or the medium refused.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content, UnixFileMode mode) => Write(path, content, mode, replace: false);

    /// <summary>Writes a file, in place of the one that may be there.</summary>
    /// <exception cref="IOException">The medium refused; the old file is still there.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content, UnixFileMode mode) => Write(path, content, mode, replace: true);

    private static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode, bool replace)
    {
        path = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(path) ?? throw new IOException($"{path} is no file.");
        var temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var file = CreateNew(temporary, mode))
            {
                RandomAccess.Write(file, content, 0);
                Libc.Sync(file, temporary);
            }

            File.Move(temporary, path, replace);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        Libc.SyncDirectory(directory);
    }

    /// <summary>Opens a file that must not exist yet. The mode is given at creation: a chmod afterwards would leave a moment in which others can open it.</summary>
    internal static Microsoft.Win32.SafeHandles.SafeFileHandle CreateNew(string path, UnixFileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using var stream = new FileStream(path, options);
        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    }
}
