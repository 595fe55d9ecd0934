using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using SigningAction.Authority.Bundles;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Telemetry;
using SigningAction.Authority.Trust;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// A running authority. It is put together here and nowhere else, from the inside out: keys, store, ledger, services, routes, sockets; and it is taken
/// apart in the opposite order, so that everybody who was let in is answered.
/// </summary>
public sealed class AuthorityHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly AuthorityParts _parts;
    private readonly ILogger _logger;
    private bool _isStopped;

    private AuthorityHost(WebApplication app, AuthorityParts parts)
    {
        (_app, _parts) = (app, parts);
        _logger = app.Services.GetRequiredService<ILogger<AuthorityHost>>();
    }

    /// <summary>Configuration, certificates and keys; closed with the host.</summary>
    public AuthorityMaterial Material => _parts.Material;

    /// <summary>The ledger.</summary>
    public AuthorityLedger Ledger => _parts.Ledger;

    /// <summary>What it asks to be trusted with.</summary>
    public AuthorityTrust Trust => _parts.Trust;

    /// <summary>The base URL that was fixed at <c>init</c>.</summary>
    public string Url => Material.Configuration.Url;

    /// <summary>Where it really listens.</summary>
    public string ListensOn => _parts.Stop.Socket?.Address ?? _app.Urls.First();

    /// <summary>Starts the authority of a directory; it listens when this returns.</summary>
    /// <exception cref="ConfigurationRefusedException">The directory is no sound authority.</exception>
    /// <exception cref="LedgerRefusedException">What is stored must not be continued.</exception>
    /// <exception cref="StoreRefusedException">The database is in use or damaged.</exception>
    /// <exception cref="KeyRefusedException">A key is missing or not safe.</exception>
    /// <exception cref="KeyUnavailableException">A key does not sign now.</exception>
    /// <exception cref="PolicyLoadException">The policy does not load, and there is none to fall back on.</exception>
    /// <exception cref="IOException">It cannot listen there, or a file cannot be read.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The undo stack owns what is made until the host does.")]
    public static async Task<AuthorityHost> StartAsync(string directory, AuthorityHostOptions options, CancellationToken cancellationToken = default)
    {
        var undo = new Stack<IAsyncDisposable>();
        try
        {
            if (options.Socket is not null)
            {
                // The lock is taken next; waiting for it is another thing than finding it taken.
                await WaitForTurnAsync(AuthorityPaths.Of(directory), options.Time, cancellationToken);
            }

            var store = AuthorityMaterial.Take(directory);
            undo.Push(store);
            var material = AuthorityMaterial.Open(directory, options.Keys);
            undo.Push(new Disposal(material));
            material.CheckSigns(options.Time.GetUtcNow());
            var stop = new StopSequence(options.Socket, material.Configuration.Limits, options.Time);
            var app = WebServer.Build(material.Configuration, options, stop);
            undo.Push(app);
            var log = app.Services.GetRequiredService<ILoggerFactory>();
            var sources = material.Configuration.Clock.TimeSources.Count == 0
                ? null
                : new TimeSourceMonitor(material.Configuration.Clock, options.Time, log.CreateLogger<TimeSourceMonitor>());
            if (sources is not null)
            {
                undo.Push(sources);
                await sources.StartAsync(cancellationToken);
            }

            var ledger = await AuthorityLedger.OpenAsync(
                store, material.Paths.HighWater, material.Ledger, sources is null ? options.Time : new SteadyClock(options.Time, sources), log.CreateLogger<AuthorityLedger>(),
                new LedgerInstruments(app.Services.GetRequiredService<IMeterFactory>().Create(TelemetryExport.Meter)), cancellationToken);
            undo.Push(ledger);
            var policy = PolicyStore.Open(material.Paths.Policy, options.Time, log.CreateLogger<PolicyStore>());
            undo.Push(new Disposal(policy));
            var refusals = new RefusalCounter(ledger, options.Time, log.CreateLogger<RefusalCounter>());
            undo.Push(refusals);
            var expiry = new Expiry(material, options.Time, log.CreateLogger<Expiry>());
            undo.Push(new Disposal(expiry));
            var keys = new KeyWatch(material.Keys, options.Time, log.CreateLogger<KeyWatch>());
            undo.Push(new Disposal(keys));
            var bundles = new SqliteBundleStore(material.Paths.Bundles, new BundleRoom(material.Configuration.Bundles.Megabytes, material.Configuration.Bundles.ReserveMegabytes));
            undo.Push(new Disposal(bundles));
            var host = new AuthorityHost(app, new AuthorityParts
            {
                Material = material,
                Store = store,
                Bundles = bundles,
                Ledger = ledger,
                Trust = material.Trust(),
                Policy = policy,
                Refusals = refusals,
                Sources = sources,
                Expiry = expiry,
                Keys = keys,
                Stop = stop,
            });
            AuthorityRoutes.Map(app, host._parts, options);
            await WebServer.StartAsync(app, options.Listen ?? ListenAddress.For(material.Configuration), cancellationToken);
            app.AnnounceTelemetryExport(host._logger);
            AuthorityEvents.Started(host._logger, host.Url, host.ListensOn);
            undo.Clear();
            return host;
        }
        finally
        {
            while (undo.TryPop(out var started))
            {
                await started.DisposeAsync();
            }
        }
    }

    /// <summary>Returns when the process is told to stop.</summary>
    public async Task WaitForStopAsync(CancellationToken cancellationToken = default)
    {
        var lifetime = _app.Services.GetRequiredService<IHostApplicationLifetime>();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Says that it is not ready, lets nobody in any more, answers everybody in flight, writes what is counted, and closes the ledger.</summary>
    public async Task StopAsync()
    {
        if (_isStopped)
        {
            return;
        }

        _isStopped = true;
        await _parts.Stop.RunAsync(_logger);
        await _app.StopAsync();
        await _parts.Refusals.DisposeAsync();
        await Ledger.StopAsync();
        _parts.Expiry.Dispose();
        _parts.Keys.Dispose();
        AuthorityEvents.Stopped(_logger);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        await Ledger.DisposeAsync();
        await _parts.Store.DisposeAsync();
        _parts.Bundles.Dispose();
        if (_parts.Sources is { } sources)
        {
            await sources.DisposeAsync();
        }

        _parts.Policy.Dispose();
        Material.Dispose();
    }

    /// <summary>SQLite is for one process. Behind an inherited socket the next one is started while the last one still answers.</summary>
    private static async Task WaitForTurnAsync(AuthorityPaths paths, TimeProvider time, CancellationToken cancellationToken)
    {
        var configuration = ConfigurationFile.Read(paths.Configuration);
        using var log = LoggerFactory.Create(logging => logging.AddAuthorityLog(configuration.Log));
        var logger = log.CreateLogger<AuthorityHost>();
        var seconds = configuration.Limits.StartSeconds;
        await StoreLock.WaitUntilFreeAsync(
            paths.Database, TimeSpan.FromSeconds(seconds), time, () => AuthorityEvents.Waiting(logger, seconds), cancellationToken);
    }

    /// <summary>Disposes what only disposes synchronously, in its place in the order.</summary>
    private sealed class Disposal(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
