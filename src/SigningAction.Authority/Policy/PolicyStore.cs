using System.Diagnostics.CodeAnalysis;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Policy;

/// <summary>
/// The policy in force, and the one who watches its file. The file is read each second, whole: file events get lost (network file systems,
/// replaced links, editors that rename), times of change are coarse, and a policy is small. A file that is broken, gone or unreadable
/// changes nothing and shows in <see cref="LoadError"/>.
/// </summary>
public sealed partial class PolicyStore : IDisposable
{
    /// <summary>Time between two looks at the file. A change comes into force at the second look that sees it.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _looking = new();
    private readonly ITimer _timer;

    // Written only while _looking is held; read at any time.
    private volatile PolicyInForce _current;
    private volatile PolicyLoadFailure? _loadError;

    // The digest of the last look: a file is judged when two looks in a row saw the same, because a writer that does not rename
    // shows half a file, and half a policy may be a valid one without its last rules. Null: the last look could not read it.
    private Sha256Digest? _seen;
    private Sha256Digest? _judged;

    private PolicyStore(string path, SigningPolicy policy, TimeProvider time, ILogger logger)
    {
        _path = path;
        _time = time;
        _logger = logger;
        _current = new PolicyInForce(policy, time.GetUtcNow());
        _seen = policy.Version;
        _judged = policy.Version;
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>The policy in force now.</summary>
    public PolicyInForce Current => _current;

    /// <summary>Why the file on disk is not the policy in force; null while it is. For <c>/readyz</c> and the console.</summary>
    public PolicyLoadFailure? LoadError => _loadError;

    /// <summary>Loads the policy and begins to watch. There is no policy to fall back on yet, so a file that does not load is an error.</summary>
    /// <exception cref="PolicyLoadException">It is not a policy.</exception>
    /// <exception cref="IOException">It could not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a directory.</exception>
    public static PolicyStore Open(string path, TimeProvider time, ILogger<PolicyStore> logger)
    {
        var policy = PolicyFile.Load(path);
        LogLoaded(logger, path, policy.Version, policy.Rules.Count);
        return new PolicyStore(path, policy, time, logger);
    }

    /// <summary>Stops watching; what is in force stays readable.</summary>
    public void Dispose() => _timer.Dispose();

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification =
        "It runs on a timer, where an exception ends the process: a fault of the loader keeps the old policy like a fault of the file.")]
    private void Look()
    {
        // A slow disk must not pile up looks.
        if (!_looking.TryEnter())
        {
            return;
        }

        try
        {
            var content = PolicyFile.Read(_path);
            var digest = Sha256Digest.Of(content);
            var isStable = _seen == digest;
            _seen = digest;
            if (isStable && _judged != digest)
            {
                _judged = digest;
                Judge(content, digest);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _seen = null;
            _judged = null;
            Fail([new PolicyLoadError(_path, 0, 0, $"could not be read ({e.GetType().Name}): restore the file or its permissions")]);
        }
        catch (Exception e)
        {
            Fail([new PolicyLoadError(_path, 0, 0, $"the loader failed ({e.GetType().Name}): report this file as a fault of signing-authority")]);
        }
        finally
        {
            _looking.Exit();
        }
    }

    private void Judge(byte[] content, Sha256Digest digest)
    {
        try
        {
            // Parsed even when it is the one in force again, so that one path leads here.
            var policy = PolicyFile.Parse(content, _path);
            _loadError = null;
            if (_current.Policy.Version != digest)
            {
                _current = new PolicyInForce(policy, _time.GetUtcNow());
            }

            LogLoaded(_logger, _path, digest, policy.Rules.Count);
        }
        catch (PolicyLoadException e)
        {
            Fail(e.Errors);
        }
    }

    private void Fail(IReadOnlyList<PolicyLoadError> errors)
    {
        if (_loadError is { } known && known.Errors.SequenceEqual(errors))
        {
            return;
        }

        _loadError = new PolicyLoadFailure(_time.GetUtcNow(), errors);
        LogKept(_logger, _current.Policy.Version, errors.Count, errors[0]);
    }

    /// <summary>A policy came into force.</summary>
    /// <remarks>Nothing. When nobody changed the file on purpose, find out who did.</remarks>
    [LoggerMessage(EventId = 1301, EventName = "PolicyLoaded", Level = LogLevel.Information, Message = "Signing policy {Path} is in force: version {Version}, {Rules} rules")]
    private static partial void LogLoaded(ILogger logger, string path, Sha256Digest version, int rules);

    /// <summary>The policy file was changed and does not load.</summary>
    /// <remarks>Run <c>signing-authority policy check FILE</c> and mend the file; it is read again within seconds.</remarks>
    [LoggerMessage(
        EventId = 1302, EventName = "PolicyKept", Level = LogLevel.Error,
        Message = "Signing policy is broken, version {Version} stays in force; {Count} errors, the first: {First}")]
    private static partial void LogKept(ILogger logger, Sha256Digest version, int count, PolicyLoadError first);
}
