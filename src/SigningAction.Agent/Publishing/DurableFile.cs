using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SigningAction.Agent.Pipelines;

namespace SigningAction.Agent.Publishing;

/// <summary>
/// Writes a file so that its name holds the whole content or nothing new, whatever stops the process or the machine: temporary file in the same
/// directory, fsync, rename, fsync of the directory. fsync is called here because .NET 10.0.12 swallows its failure on Linux.
/// </summary>
public static partial class DurableFile
{
    /// <summary>Ending of the temporary file, which stays only where the process was killed outright.</summary>
    public const string TemporarySuffix = ".sigstore.tmp";

    /// <summary>Files that are written and synced at once: what fills a disk's queue; more only waits in the kernel.</summary>
    private const int WritesAtOnce = 32;

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>
    /// Writes every content to its path, replacing what is there. All temporary files are durable before the first name changes, so that a disk which fills up
    /// at the second file has not published the first.
    /// </summary>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotWrite"/>; nothing partial is left.</exception>
    public static void WriteAll(IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> files)
    {
        var temporaries = new List<string>();
        var current = string.Empty;
        var failed = new ConcurrentDictionary<string, Exception>(StringComparer.Ordinal);
        try
        {
            temporaries.AddRange(files.Select(file => Path.Combine(DirectoryOf(file.Path), $".{Path.GetRandomFileName()}{TemporarySuffix}")));

            // Side by side: a file system that is asked to make many files durable at once does it in few writes.
            Parallel.For(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce }, (i, state) =>
            {
                try
                {
                    WriteTemporary(temporaries[i], files[i].Content.Span);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    state.Stop();
                    failed.TryAdd(files[i].Path, e);
                }
            });
            if (!failed.IsEmpty)
            {
                (current, var fault) = failed.First();
                throw new IOException(fault.Message, fault);
            }

            for (var i = 0; i < files.Count; i++)
            {
                // Rename replaces a link at the path by the file; it never writes through the link.
                current = files[i].Path;
                File.Move(temporaries[i], current, overwrite: true);
            }

            foreach (var directory in files.Select(file => DirectoryOf(file.Path)).Distinct(StringComparer.Ordinal))
            {
                SyncDirectory(directory);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(AgentFault.CannotWrite, $"'{UntrustedText.OneLine(current)}' cannot be written: {UntrustedText.OneLine(e.Message)}", e);
        }
        finally
        {
            Remove(temporaries);
        }
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static void WriteTemporary(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Readable;
        }

        using var file = new FileStream(path, options);
        file.Write(content);
        Sync(file.SafeFileHandle, path);
    }

    /// <summary>What was renamed is gone already; what cannot be removed keeps a name that says what it is, and must not hide the failure before it.</summary>
    private static void Remove(List<string> temporaries)
    {
        foreach (var path in temporaries)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }
        }
    }

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The ban is about Linux; on Windows this reports its failures.")]
    private static void Sync(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            RandomAccess.FlushToDisk(file);
        }
        else if (FSync(file) != 0)
        {
            throw new IOException($"fsync of '{path}' failed with errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>The rename itself must survive; the base class library cannot open a directory for that.</summary>
    private static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int ReadOnly = 0;
        const int InvalidArgument = 22; // EINVAL: a file system without fsync of directories.
        var descriptor = Open(directory, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"'{directory}' cannot be opened, errno {Marshal.GetLastPInvokeError()}.");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (FSync(handle) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
        {
            throw new IOException($"fsync of '{directory}' failed with errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);
}
