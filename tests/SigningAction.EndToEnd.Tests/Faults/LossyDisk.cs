namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>
/// A disk that loses power. What was synced is there: bytes of a file by a sync of the file, names by a sync of their directory. Whatever else was written since may be
/// there, in part or not at all, in any order: POSIX promises no more.
/// </summary>
internal sealed class LossyDisk
{
    /// <summary>Sectors are written whole; a page is several.</summary>
    private const int Sector = 512;

    private readonly string _folder;
    private readonly Dictionary<string, byte[]> _durable = new(StringComparer.Ordinal);
    private readonly List<Change> _pending = [];

    /// <summary>Takes what is in some files of a folder as durable.</summary>
    public LossyDisk(string folder, IEnumerable<string> files)
    {
        _folder = folder;
        foreach (var file in files.Where(file => File.Exists(Path.Combine(folder, file))))
        {
            _durable.Add(file, File.ReadAllBytes(Path.Combine(folder, file)));
        }
    }

    /// <summary>Does what the process did.</summary>
    public void Apply(DiskCall call)
    {
        if (!call.Path.StartsWith(_folder, StringComparison.Ordinal))
        {
            return;
        }

        var path = call.Path[_folder.Length..].TrimStart('/');
        switch (call.Name)
        {
            case "openat":
                if (!Live().ContainsKey(path))
                {
                    _pending.Add(new Change(path, Kind.Create, [], 0));
                }
                else if (call.Number == 0)
                {
                    _pending.Add(new Change(path, Kind.Truncate, [], 0));
                }

                break;
            case "pwrite64" or "write":
                _pending.Add(new Change(path, Kind.Write, call.Data, call.Number >= 0 ? call.Number : Live()[path].Length));
                break;
            case "ftruncate":
                _pending.Add(new Change(path, Kind.Truncate, [], call.Number));
                break;
            case "unlink":
                _pending.Add(new Change(path, Kind.Unlink, [], 0));
                break;
            case "fsync" or "fdatasync":
                Sync(path);
                break;
            default:
                throw new NotSupportedException($"{call.Name} of {path}: the ledger's files are not renamed.");
        }
    }

    /// <summary>
    /// The disks that may be found if the power fails now: everything unsynced lost, nothing lost, and each change alone lost, alone kept, not begun, or torn.
    /// </summary>
    public IEnumerable<IReadOnlyDictionary<string, byte[]>> Images()
    {
        IReadOnlyList<Change> all = [.. _pending.Where(change => !change.IsSynced)];
        yield return Build([]);
        for (var i = 0; i < all.Count; i++)
        {
            yield return Build([.. all.Take(i), .. all.Skip(i + 1)]);
            yield return Build([all[i]]);
            yield return Build([.. all.Take(i)]);
            if (all[i] is { Kind: Kind.Write, Data.Length: > Sector } whole)
            {
                yield return Build([.. all.Take(i)], whole with { Data = whole.Data[..(whole.Data.Length / Sector / 2 * Sector)] });
            }
        }

        yield return Build(all);
    }

    /// <summary>A directory's sync makes its names durable, a file's its bytes: under a name that is not durable they are lost all the same.</summary>
    private void Sync(string path)
    {
        for (var i = 0; i < _pending.Count; i++)
        {
            if (_pending[i] is var change && (change.Kind is Kind.Create or Kind.Unlink ? Path.GetDirectoryName(change.Path) : change.Path) == path)
            {
                _pending[i] = change with { IsSynced = true };
            }
        }

        foreach (var change in _pending.Where(change => change.IsSynced && (change.Kind == Kind.Create || !IsNameless(change.Path))).ToList())
        {
            Do(_durable, change);
            _pending.Remove(change);
        }
    }

    private bool IsNameless(string file) => _pending.Any(change => change.Path == file && change is { Kind: Kind.Create, IsSynced: false });

    private Dictionary<string, byte[]> Live() => Build(_pending);

    /// <summary>What is durable, what was synced, and these changes, in the order in which they were made.</summary>
    private Dictionary<string, byte[]> Build(IReadOnlyList<Change> kept, Change? last = null)
    {
        var files = new Dictionary<string, byte[]>(_durable, StringComparer.Ordinal);
        foreach (var change in _pending.Where(change => change.IsSynced || kept.Contains(change, ReferenceEqualityComparer.Instance)))
        {
            Do(files, change);
        }

        if (last is not null)
        {
            Do(files, last);
        }

        return files;
    }

    private static void Do(Dictionary<string, byte[]> files, Change change)
    {
        var data = change.Data;
        switch (change.Kind)
        {
            case Kind.Create:
                _ = files.TryAdd(change.Path, []);
                break;
            case Kind.Unlink:
                files.Remove(change.Path);
                break;
            case Kind.Truncate when files.TryGetValue(change.Path, out var old):
                var cut = new byte[change.Number];
                old.AsSpan(0, (int)Math.Min(old.Length, change.Number)).CopyTo(cut);
                files[change.Path] = cut;
                break;
            case Kind.Write when files.TryGetValue(change.Path, out var old):
                var grown = new byte[Math.Max(old.Length, change.Number + data.Length)];
                old.CopyTo(grown, 0);
                data.CopyTo(grown, change.Number);
                files[change.Path] = grown;
                break;
        }
    }

    private enum Kind
    {
        Write,
        Truncate,
        Create,
        Unlink,
    }

    private sealed record Change(string Path, Kind Kind, byte[] Data, long Number)
    {
        public bool IsSynced { get; init; }
    }
}
