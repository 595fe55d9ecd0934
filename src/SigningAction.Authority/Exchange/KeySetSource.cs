using Microsoft.IdentityModel.Tokens;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// The keys of one issuer: fetched when first needed, again ahead of their age limit, and once more when a token names a key that is not
/// there. One fetch runs at a time, and no token, however made, causes more than one in <see cref="ExchangeOptions.KeySetRetry"/>.
/// When a fetch fails the last good keys serve on, for <see cref="ExchangeOptions.KeySetMaximumAge"/>.
/// </summary>
public sealed partial class KeySetSource
{
    private readonly Lock _gate = new();
    private readonly string _issuer;
    private readonly KeySetFetcher _fetcher;
    private readonly ExchangeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    // By fault, in the order of the enumeration.
    private readonly long[] _fetches = new long[Enum.GetValues<KeySetFault>().Length];

    // Replaced whole, so that a reader sees keys and their time together.
    private volatile Fetched? _current;
    private volatile KeySetFault _fault;

    // Under _gate: the fetch that runs, and when the last one began.
    private Task? _running;
    private DateTimeOffset? _lastAttempt;

    internal KeySetSource(IssuerOptions issuer, ExchangeOptions options, IHttpClientFactory clients, TimeProvider time, ILogger log)
    {
        _issuer = issuer.Url;
        _fetcher = new KeySetFetcher(issuer, clients);
        _options = options;
        _time = time;
        _log = log;
    }

    /// <summary>How the keys stand now.</summary>
    public KeySetState State
    {
        get
        {
            var current = _current;
            return new KeySetState(_issuer, current?.At, current?.Keys.Count ?? 0, _fault, IsUsable(current));
        }
    }

    /// <summary>How many fetches ended so.</summary>
    public long Fetches(KeySetFault fault) => Interlocked.Read(ref _fetches[(int)fault]);

    /// <summary>Fetches the keys, unless that was tried a moment ago. Failure shows in <see cref="State"/>.</summary>
    public Task RefreshAsync(CancellationToken cancellation) => StartFetch().WaitAsync(cancellation);

    /// <exception cref="TokenRefusedException"><see cref="TokenRefusal.UnknownKey"/> or <see cref="TokenRefusal.KeySetUnavailable"/>.</exception>
    internal async Task<SecurityKey> FindAsync(TokenHeader header, CancellationToken cancellation)
    {
        var age = _current is { } current ? _time.GetUtcNow() - current.At : TimeSpan.MaxValue;
        if (age >= _options.KeySetRefresh)
        {
            await RefreshAsync(cancellation);
        }
        else if (age >= _options.KeySetRefresh / 2)
        {
            _ = StartFetch();
        }

        if (Find(header) is { } known)
        {
            return known;
        }

        // The issuer may have changed its keys since.
        await RefreshAsync(cancellation);
        return Find(header) ?? throw (IsUsable(_current) && _fault is KeySetFault.None or KeySetFault.NoKey
            ? new TokenRefusedException(TokenRefusal.UnknownKey, "The token names a key that its issuer does not publish.")
            : new TokenRefusedException(TokenRefusal.KeySetUnavailable, "The issuer's keys cannot be fetched now."));
    }

    private SecurityKey? Find(TokenHeader header) =>
        _current is { } current && IsUsable(current) ? current.Keys.Find(header.KeyId, header.Algorithm) : null;

    private bool IsUsable(Fetched? keys) => keys is not null && _time.GetUtcNow() - keys.At <= _options.KeySetMaximumAge;

    /// <summary>The fetch that runs, a new one, or nothing when the last one began too short a time ago.</summary>
    private Task StartFetch()
    {
        lock (_gate)
        {
            if (_running is { IsCompleted: false })
            {
                return _running;
            }

            var now = _time.GetUtcNow();
            if (_lastAttempt is { } last && now - last < _options.KeySetRetry)
            {
                return Task.CompletedTask;
            }

            _lastAttempt = now;

            // Not the caller's cancellation: others wait for the same fetch.
            return _running = Task.Run(() => FetchAsync(now), CancellationToken.None);
        }
    }

    private async Task FetchAsync(DateTimeOffset began)
    {
        using var timeout = new CancellationTokenSource(_options.KeySetTimeout, _time);
        try
        {
            var keys = await _fetcher.FetchAsync(timeout.Token);
            if (keys.Exposed > 0)
            {
                LogExposed(_issuer, keys.Exposed);
            }

            // Well formed and without a key is the issuer's word that none is good any more: it replaces the last keys, unlike a failure.
            _current = new Fetched(keys, began);
            Settle(keys.Count == 0 ? KeySetFault.NoKey : KeySetFault.None, null);
        }
        catch (KeySetException e)
        {
            Settle(e.Fault, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Settle(KeySetFault.Unreachable, e);
        }
        catch (OperationCanceledException e)
        {
            Settle(KeySetFault.TimedOut, e);
        }
    }

    private void Settle(KeySetFault fault, Exception? cause)
    {
        var before = _fault;
        _fault = fault;
        _ = Interlocked.Increment(ref _fetches[(int)fault]);
        if (fault != KeySetFault.None)
        {
            LogFailed(_issuer, fault, cause);
        }
        else if (before != KeySetFault.None)
        {
            LogRecovered(_issuer);
        }
    }

    /// <summary>An issuer's keys could not be fetched.</summary>
    /// <remarks>Look at the issuer and the way to it before <c>exchange.keySetMaximumAge</c> is over; then its tokens are refused.</remarks>
    [LoggerMessage(EventId = 1101, EventName = "KeySetFetchFailed", Level = LogLevel.Warning, Message = "The keys of {Issuer} could not be fetched: {Fault}. The last good ones serve until they are too old.")]
    private partial void LogFailed(string issuer, KeySetFault fault, Exception? cause);

    /// <summary>Fetching works again.</summary>
    /// <remarks>Nothing.</remarks>
    [LoggerMessage(EventId = 1102, EventName = "KeySetFetchRecovered", Level = LogLevel.Information, Message = "The keys of {Issuer} were fetched again.")]
    private partial void LogRecovered(string issuer);

    /// <summary>An issuer publishes private keys: anybody can make its tokens.</summary>
    /// <remarks>Tell the issuer; take it out of <c>authority.json</c> until it has new keys.</remarks>
    [LoggerMessage(EventId = 1103, EventName = "PrivateKeyPublished", Level = LogLevel.Critical, Message = "{Issuer} publishes the private half of {Count} of its keys. They are not trusted.")]
    private partial void LogExposed(string issuer, int count);

    private sealed record Fetched(KeySet Keys, DateTimeOffset At);
}
