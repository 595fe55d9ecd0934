using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SigningAction.Verifier.Output;

/// <summary>
/// Writes a file whose name holds the whole content or what it held before: temporary file beside it, fsync, rename. fsync is called here because .NET 10.0.12 swallows its
/// failure on Linux.
/// </summary>
internal static partial class WholeFile
{
    /// <exception cref="ProblemException">It could not be written; nothing partial is left.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = string.Empty;
        try
        {
            temporary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetRandomFileName()}.tmp");
            using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 }))
            {
                file.Write(content);
                if (OperatingSystem.IsLinux() && FSync(file.SafeFileHandle) != 0)
                {
                    throw new IOException("fsync failed.");
                }
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Remove(temporary);
            throw ProblemException.NotChecked($"The file {Evidence.Encoding.PrintableText.Neutralise(path)} could not be written.", "Correct the path or its permissions.", e);
        }
    }

    /// <summary>What cannot be removed keeps a name that says what it is, and must not hide the failure before it.</summary>
    private static void Remove(string temporary)
    {
        try
        {
            if (temporary.Length > 0)
            {
                File.Delete(temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(SafeFileHandle file);
}
