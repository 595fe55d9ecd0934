using System.Globalization;
using System.Text;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>One completed system call that changes what is on a disk, makes it durable, or tells a caller yes; with its bytes.</summary>
/// <param name="Name">The call.</param>
/// <param name="Path">File or directory; where it goes for a rename.</param>
/// <param name="From">What is renamed.</param>
/// <param name="Data">What is written or sent.</param>
/// <param name="Number">Offset of a write, length of a truncation.</param>
internal sealed record DiskCall(string Name, string Path, string? From, byte[] Data, long Number)
{
    /// <summary>What strace is asked for: whole strings, in hexadecimal.</summary>
    public static readonly IReadOnlyList<string> Options =
        ["-xx", "-s", "65536", "-e", "trace=openat,pwrite64,write,ftruncate,fsync,fdatasync,rename,unlink,mkdir,sendto,sendmsg"];

    /// <summary>Whether it makes a file or the names in a directory durable.</summary>
    public bool IsSync => Name is "fsync" or "fdatasync";

    /// <summary>Reads strace's lines, in the order in which the calls returned. Calls that failed are left out.</summary>
    public static IEnumerable<DiskCall> Parse(IEnumerable<string> lines)
    {
        var unfinished = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var at = line.IndexOf(' ', StringComparison.Ordinal);
            var (thread, call) = (line[..at], line[at..].TrimStart());
            if (call.EndsWith(" <unfinished ...>", StringComparison.Ordinal))
            {
                unfinished[thread] = call[..^" <unfinished ...>".Length];
            }
            else if (call.StartsWith("<... ", StringComparison.Ordinal))
            {
                if (unfinished.Remove(thread, out var begun) && Read(begun + call[(call.IndexOf('>', StringComparison.Ordinal) + 1)..].TrimStart()) is { } resumed)
                {
                    yield return resumed;
                }
            }
            else if (Read(call) is { } whole)
            {
                yield return whole;
            }
        }
    }

    private static DiskCall? Read(string call)
    {
        const string Result = " = ";
        var open = call.IndexOf('(', StringComparison.Ordinal);
        var result = call.LastIndexOf(Result, StringComparison.Ordinal);

        // Results stand below each other where a line is short, which that of a call that another one interrupted is: blanks come before them.
        if (open <= 0 || result < 0 || call[..result].TrimEnd() is not [.. var made, ')'] || call[result + Result.Length] is '-' or '?')
        {
            return null;
        }

        var (name, arguments) = (made[..open], made[(open + 1)..]);
        switch (name)
        {
            case "openat" when arguments.Contains("O_CREAT", StringComparison.Ordinal):
                return new DiskCall(name, Quoted(arguments, 0), null, [], arguments.Contains("O_TRUNC", StringComparison.Ordinal) ? 0 : -1);
            case "pwrite64":
                return new DiskCall(name, Handle(arguments), null, Bytes(arguments), long.Parse(arguments[(arguments.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
            case "write":
                return new DiskCall(name, Handle(arguments), null, Bytes(arguments), -1);
            case "ftruncate":
                return new DiskCall(name, Handle(arguments), null, [], long.Parse(arguments[(arguments.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
            case "fsync" or "fdatasync":
                return new DiskCall(name, Handle(arguments), null, [], 0);
            case "rename":
                return new DiskCall(name, Quoted(arguments, 1), Quoted(arguments, 0), [], 0);
            case "unlink" or "mkdir":
                return new DiskCall(name, Quoted(arguments, 0), null, [], 0);
            case "sendto" or "sendmsg":
                return new DiskCall(name, "", null, Bytes(arguments), 0);
            default:
                return null;
        }
    }

    /// <summary>The path of a file handle: <c>3&lt;path&gt;</c>.</summary>
    private static string Handle(string arguments)
    {
        var begin = arguments.IndexOf('<', StringComparison.Ordinal);
        var end = arguments.IndexOf('>', StringComparison.Ordinal);
        return begin < 0 || end < begin ? "" : Encoding.UTF8.GetString(Unescape(arguments[(begin + 1)..end]));
    }

    private static string Quoted(string arguments, int number) => Encoding.UTF8.GetString(Unescape(arguments.Split('"')[(2 * number) + 1]));

    /// <summary>Empty where strace cut the string short.</summary>
    private static byte[] Bytes(string arguments)
    {
        var parts = arguments.Split('"');
        return parts.Length < 3 || parts[2].StartsWith("...", StringComparison.Ordinal) ? [] : Unescape(parts[1]);
    }

    private static byte[] Unescape(string text) => text.StartsWith("\\x", StringComparison.Ordinal)
        ? Convert.FromHexString(text.Replace("\\x", "", StringComparison.Ordinal))
        : Encoding.UTF8.GetBytes(text);
}
