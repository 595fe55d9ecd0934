using System.Diagnostics.CodeAnalysis;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust.Tuf;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Trust;

/// <summary>
/// What was accepted of one TUF repository, below the user's cache folder. Nothing in it is believed: every read walks from the trusted root again.
/// It is laid out as the repository is. Processes may share it: files appear whole, the timestamp last, and under a lock.
/// </summary>
internal sealed class TufCache
{
    private const string TimestampFile = "timestamp.json";

    private const int SharingViolation = 32; // ERROR_SHARING_VIOLATION
    private const int WouldBlock = 11; // EWOULDBLOCK
    private const int WouldBlockElsewhere = 35; // EWOULDBLOCK of macOS and BSD

    // Others hold the lock while they write a few small files.
    private static readonly TimeSpan LockTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LockWait = TimeSpan.FromMilliseconds(20);

    private readonly string _path;
    private readonly TufFolder _folder;
    private readonly TimeProvider _time;

    private TufCache(string path, TimeProvider time)
    {
        _path = path;
        _folder = new TufFolder(path);
        _time = time;
    }

    /// <summary>When the timestamp was last written; null where there is none.</summary>
    public DateTimeOffset? Taken => File.Exists(_folder.PathOf(TimestampFile)) ? File.GetLastWriteTimeUtc(_folder.PathOf(TimestampFile)) : null;

    /// <summary>The cache of a repository; null where the user has no cache folder.</summary>
    /// <remarks>XDG base directories on Linux, <c>Library/Caches</c> on macOS, <c>LOCALAPPDATA</c> on Windows. A relative folder is ignored, as XDG says.</remarks>
    public static TufCache? Of(Uri repository, Surroundings surroundings)
    {
        var folder = OperatingSystem.IsWindows() ? surroundings.NonEmpty("LOCALAPPDATA")
            : Rooted(surroundings.NonEmpty("XDG_CACHE_HOME"))
            ?? (surroundings.NonEmpty("HOME") is { } home ? Path.Combine(home, OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache") : null);
        var name = $"{repository.IdnHost}-{Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(repository.AbsoluteUri)).ToString()[..16]}";
        return Rooted(folder) is { } root ? new TufCache(Path.Combine(root, "signing-verifier", "tuf", name), surroundings.Time) : null;
    }

    /// <summary>What the cache proves from a root on. Times are not judged, and a file that is refused ends the walk there.</summary>
    /// <exception cref="EvidenceException">The root itself is bad.</exception>
    public CachedTrust Load(ReadOnlySpan<byte> root, string target)
    {
        var trust = TufTrust.Start(root, DateTimeOffset.MinValue);
        var isEmpty = false;
        try
        {
            while (trust.Next is { } next)
            {
                var bytes = _folder.Get(next);
                isEmpty = bytes is null && next.Path == TimestampFile;
                trust = bytes is null ? trust.Absent() : trust.Accept(bytes);
            }

            return new CachedTrust(trust, TargetOf(trust, target), null);
        }
        catch (Exception e) when (e is EvidenceException or ProblemException)
        {
            return new CachedTrust(trust, null, e) { IsEmpty = isEmpty };
        }
    }

    /// <summary>Keeps what was accepted, unless another process has kept something newer meanwhile.</summary>
    /// <returns>Whether the cache now holds this or something newer; false where it cannot be written.</returns>
    public bool Keep(TufTrust trust, ReadOnlySpan<byte> root, string target, byte[] bytes)
    {
        try
        {
            CreatePrivate(_path);
            using var held = Lock();
            var other = Load(root, target);
            if (other is { Failure: null, Trust: var kept } && (kept.RootVersion, kept.TimestampVersion).CompareTo((trust.RootVersion, trust.TimestampVersion)) >= 0)
            {
                return true;
            }

            // The timestamp is the last of the files and the commit point: what it names is there before it is.
            Write(trust.Target(target).Path, bytes);
            foreach (var file in trust.Files)
            {
                Write(file.Path, file.Bytes.Span);
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }

    private static string? Rooted(string? folder) => Path.IsPathFullyQualified(folder ?? string.Empty) ? folder : null;

    private byte[] TargetOf(TufTrust trust, string target)
    {
        var bytes = _folder.Get(trust.Target(target))
            ?? throw new EvidenceException(FailureCode.TufMissing, $"The cache of the TUF repository lacks {target}.");
        trust.RequireTarget(target, bytes);
        return bytes;
    }

    private FileStream Lock()
    {
        var begin = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(_path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsHeld(e) && _time.GetElapsedTime(begin) < LockTime)
            {
                Task.Delay(LockWait, _time).GetAwaiter().GetResult();
            }
        }
    }

    /// <summary>Whether another process holds the lock. A disk that is full or read-only is no better in half a minute.</summary>
    private static bool IsHeld(IOException e) =>
        (e.HResult & 0xFFFF) == (OperatingSystem.IsWindows() ? SharingViolation : OperatingSystem.IsLinux() ? WouldBlock : WouldBlockElsewhere);

    /// <summary>Whole or not at all. It is not synced: a file that a crash of the machine leaves torn is refused by its signature and fetched again.</summary>
    private void Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = _folder.PathOf(name);
        CreatePrivate(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    [SuppressMessage("Interoperability", "CA1416:Validate platform compatibility", Justification = "The mode is asked for where there are modes.")]
    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
