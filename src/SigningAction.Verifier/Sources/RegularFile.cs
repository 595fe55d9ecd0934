using System.Runtime.InteropServices;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// Keeps the program from opening what is no file: a FIFO out of an unpacked archive would wait for a writer for ever. The platform does not
/// say what kind a file is, so the kernel is asked (statx(2): its layout is the same on every Linux). Elsewhere only directories are told apart.
/// </summary>
internal static partial class RegularFile
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint TypeMask = 1; // STATX_TYPE
    private const int StatxBytes = 256;
    private const int ModeOffset = 28; // stx_mode, 16 bits
    private const int KindMask = 0xF000; // S_IFMT
    private const int Regular = 0x8000; // S_IFREG
    private const int Pipe = 0x1000; // S_IFIFO
    private const int Device = 0x2000; // S_IFCHR

    /// <summary>Requires that <paramref name="path"/>, links followed, is a regular file.</summary>
    /// <exception cref="ProblemException">It is something else or is not there.</exception>
    public static void Require(string path, string what)
    {
        if (Directory.Exists(path))
        {
            throw ProblemException.NotChecked($"The {what} {Shown(path)} is a directory.", "Give a file.");
        }

        if (!File.Exists(path))
        {
            throw CannotRead(path, what, new FileNotFoundException());
        }

        if (OperatingSystem.IsLinux() && KindOf(path) is { } kind and not Regular)
        {
            throw ProblemException.NotChecked(
                $"The {what} {Shown(path)} is no regular file (kind {Convert.ToString(kind, 8)}).", "Write its bytes to a file first.");
        }
    }

    /// <summary>Whether <paramref name="path"/>, links followed, is a regular file.</summary>
    public static bool Is(string path) => File.Exists(path) && (!OperatingSystem.IsLinux() || KindOf(path) is null or Regular);

    /// <summary>Whether <paramref name="path"/>, links followed, is a pipe.</summary>
    public static bool IsPipe(string path) => OperatingSystem.IsLinux() && KindOf(path) is Pipe;

    /// <summary>Whether <paramref name="path"/>, links followed, is a device of characters: a terminal, <c>/dev/null</c>.</summary>
    public static bool IsDevice(string path) => OperatingSystem.IsLinux() && KindOf(path) is Device;

    /// <summary>A file that cannot be read, told without the platform's words: those are not carried in a native build.</summary>
    public static ProblemException CannotRead(string path, string what, Exception inner) => ProblemException.NotChecked(
        inner switch
        {
            FileNotFoundException or DirectoryNotFoundException when path.Contains('\uFFFD', StringComparison.Ordinal) => $"The {what} {Shown(path)} cannot be opened: its name is not UTF-8.",
            FileNotFoundException or DirectoryNotFoundException => $"The {what} {Shown(path)} does not exist.",
            UnauthorizedAccessException => $"The {what} {Shown(path)} may not be read by this user, or is a directory.",
            PathTooLongException => $"The {what}'s path is too long.",
            _ => $"The {what} {Shown(path)} could not be read.",
        },
        path.Contains('\uFFFD', StringComparison.Ordinal) ? "Rename the file." : "Correct the path or its permissions.",
        inner);

    private static string Shown(string path) => PrintableText.Neutralise(path);

    /// <summary>Null where the kernel or the C library cannot say.</summary>
    private static int? KindOf(string path)
    {
        Span<byte> status = stackalloc byte[StatxBytes];
        try
        {
            return Statx(CurrentDirectory, path, 0, TypeMask, status) == 0 ? MemoryMarshal.Read<ushort>(status[ModeOffset..]) & KindMask : null;
        }
        catch (TypeLoadException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> status);
}
