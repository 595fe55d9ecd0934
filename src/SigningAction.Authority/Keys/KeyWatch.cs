namespace SigningAction.Authority.Keys;

/// <summary>
/// Tries keys that failed until they sign again. Requests would find it out too, but an authority that says it is not ready gets none: a load balancer that took it
/// away would never be told that it is back.
/// </summary>
public sealed partial class KeyWatch : IDisposable
{
    /// <summary>How often a key that failed is tried: seldom enough for a store that throttles.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly KeyStates _keys;
    private readonly ILogger _logger;
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly ITimer _timer;
    private int _looking;

    /// <summary>Begins to look.</summary>
    public KeyWatch(KeyStates keys, TimeProvider time, ILogger<KeyWatch> logger)
    {
        (_keys, _logger) = (keys, logger);
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // A store may take longer to give up than the interval.
        if (Interlocked.Exchange(ref _looking, 1) == 1)
        {
            return;
        }

        _keys.TryFailing();
        foreach (var key in _keys.All)
        {
            if (key.IsUnavailable && _told.Add(key.Name))
            {
                LogFails(_logger, key.Name, key.Text, key.Failures);
            }
            else if (key.Failures == 0 && _told.Remove(key.Name))
            {
                LogBack(_logger, key.Name);
            }
        }

        Volatile.Write(ref _looking, 0);
    }

    /// <summary>A key of the authority failed several times in a row; readiness says so. It is tried every ten seconds.</summary>
    /// <remarks>See that the store of the key answers and holds this key; 4004 has what it said. When it signs again: 1402.</remarks>
    [LoggerMessage(EventId = 1401, EventName = "KeyFails", Level = LogLevel.Critical, Message = "The key {Key} {How} ({Failures} times in a row); the authority is not ready")]
    private static partial void LogFails(ILogger logger, string key, string how, int failures);

    /// <summary>A key that had failed signs again.</summary>
    /// <remarks>Nothing.</remarks>
    [LoggerMessage(EventId = 1402, EventName = "KeyBack", Level = LogLevel.Information, Message = "The key {Key} signs again")]
    private static partial void LogBack(ILogger logger, string key);
}
