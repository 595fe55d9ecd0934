using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SigningAction.Authority.Storage;

/// <summary>
/// fsync of files and directories. .NET 10.0.12 swallows a failed fsync on Linux (<c>Flush(true)</c> returns normally on EIO), and opens no directory.
/// </summary>
internal static partial class Libc
{
    private const int Interrupted = 4; // EINTR
    private const int OpenFiles = 7; // RLIMIT_NOFILE on Linux
    private const int ReadOnlyCloseOnExec = 0x80000; // O_RDONLY | O_CLOEXEC on Linux

    /// <summary>Makes the file's bytes durable, or throws. Never try again after a failure: the kernel has forgotten which pages were lost.</summary>
    public static void Sync(SafeFileHandle file, string path)
    {
        while (Fsync(file) != 0)
        {
            ThrowUnlessInterrupted("fsync", path);
        }
    }

    /// <summary>Makes names in a directory durable: created, renamed and deleted files.</summary>
    public static void SyncDirectory(string path)
    {
        int descriptor;
        while ((descriptor = Open(path, ReadOnlyCloseOnExec)) < 0)
        {
            ThrowUnlessInterrupted("open", path);
        }

        using var directory = new SafeFileHandle(descriptor, ownsHandle: true);
        Sync(directory, path);
    }

    /// <summary>File handles that the process may have open at once; the runtime has raised the soft limit to the hard one. Null where it is not known.</summary>
    public static long? MostFileHandles() =>
        OperatingSystem.IsLinux() && GetResourceLimit(OpenFiles, out var limit) == 0 ? (long)Math.Min(limit.Soft, long.MaxValue) : null;

    private static void ThrowUnlessInterrupted(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
        {
            throw new IOException($"{call} of {path} failed: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetResourceLimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    /// <summary>struct rlimit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
