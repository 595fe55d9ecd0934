namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>One call of a list: the n-th of its name on its file.</summary>
/// <param name="Name">For example <c>pwrite64</c>.</param>
/// <param name="File">The file, below the authority's folder.</param>
/// <param name="Number">From 1.</param>
internal sealed record SystemCall(string Name, string File, int Number)
{
    /// <summary>Everything durable, below the authority's folder.</summary>
    public static readonly IReadOnlyList<string> LedgerFiles = ["ledger/ledger.db", "ledger/ledger.db-wal", "ledger/ledger.db-shm", "ledger/ledger.db.room", "ledger", "keys/published-heads"];

    /// <summary>The answer itself.</summary>
    public static readonly SystemCall Answer = new("sendto", "", 1);

    /// <summary>Whether it is meant to put bytes on the medium: after a failure nobody may be told yes.</summary>
    public bool Writes => Name is "pwrite64" or "write" or "fsync" or "fdatasync" or "ftruncate" or "unlink";

    /// <summary>Reads strace's lines, in order.</summary>
    public static IReadOnlyList<SystemCall> Parse(IEnumerable<string> lines, string folder)
    {
        var calls = new List<SystemCall>();
        foreach (var line in lines)
        {
            var call = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].TrimStart();
            var open = call.IndexOf('(', StringComparison.Ordinal);
            if (open <= 0 || call[..open].Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
            {
                continue; // resumed, exited, a signal
            }

            var (name, file) = (call[..open], LedgerFiles.FirstOrDefault(file => call.Contains($"<{folder}/{file}>", StringComparison.Ordinal)));
            if (file is not null)
            {
                calls.Add(new SystemCall(name, file, 1 + calls.Count(other => other.Name == name && other.File == file)));
            }
        }

        return calls;
    }

    /// <summary>What strace is told to do to this call and to no other.</summary>
    /// <param name="folder">The authority's folder.</param>
    /// <param name="fault">For example <c>error=EIO</c>.</param>
    public IEnumerable<string> Inject(string folder, string fault) =>
    [
        .. File.Length > 0 ? ["-P", $"{folder}/{File}"] : Array.Empty<string>(),
        "-e", $"trace={Name}", "-e", $"inject={Name}:{fault}:when={Number}",
    ];

    public override string ToString() => $"{Name} {Number} of {(File.Length > 0 ? File : "the answer")}";
}
