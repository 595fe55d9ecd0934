using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using SigningAction.Authority.Bundles;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Telemetry;
using SigningAction.Authority.Timestamping;
using SigningAction.Authority.Trust;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Policy.Language;
using SigningAction.Evidence.Trust;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// A running authority. It is put together here and nowhere else, from the inside out: keys, store, ledger, services, routes, sockets; and it is taken
/// apart in the opposite order, so that everybody who was let in is answered.
/// </summary>
public sealed class AuthorityHost : IAsyncDisposable
{
    private readonly SqliteLedgerStore _store;
    private readonly SqliteBundleStore _bundles;
    private readonly WebApplication _app;
    private readonly PolicyStore _policy;
    private readonly RefusalCounter _refusals;
    private readonly TimeSourceMonitor? _sources;
    private readonly Expiry _expiry;
    private readonly KeyWatch _keys;
    private readonly StopSequence _stop;
    private readonly ILogger _logger;
    private bool _isStopped;

    private AuthorityHost(
        AuthorityMaterial material, SqliteLedgerStore store, AuthorityLedger ledger, WebApplication app, PolicyStore policy, RefusalCounter refusals, TimeSourceMonitor? sources, Expiry expiry, KeyWatch keys, StopSequence stop)
    {
        (Material, _store, Ledger, _app, _policy, _refusals, _sources, _expiry, _keys, _stop, Trust) = (material, store, ledger, app, policy, refusals, sources, expiry, keys, stop, material.Trust());
        _bundles = new SqliteBundleStore(material.Paths.Bundles, new BundleRoom(material.Configuration.Bundles.Megabytes, material.Configuration.Bundles.ReserveMegabytes));
        _logger = app.Services.GetRequiredService<ILogger<AuthorityHost>>();
    }

    /// <summary>Configuration, certificates and keys; closed with the host.</summary>
    public AuthorityMaterial Material { get; }

    /// <summary>The ledger.</summary>
    public AuthorityLedger Ledger { get; }

    /// <summary>What it asks to be trusted with.</summary>
    public AuthorityTrust Trust { get; }

    /// <summary>The base URL that was fixed at <c>init</c>.</summary>
    public string Url => Material.Configuration.Url;

    /// <summary>Where it really listens.</summary>
    public string ListensOn => _stop.Socket?.Address ?? _app.Urls.First();

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
            var app = Build(material.Configuration, options, stop);
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
            var host = new AuthorityHost(material, store, ledger, app, policy, refusals, sources, expiry, keys, stop);
            host.MapRoutes(options);
            await ListenAsync(app, options.Listen ?? ListenAddress.For(material.Configuration), cancellationToken);
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
        await _stop.RunAsync(_logger);
        await _app.StopAsync();
        await _refusals.DisposeAsync();
        await Ledger.StopAsync();
        _expiry.Dispose();
        _keys.Dispose();
        AuthorityEvents.Stopped(_logger);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        await Ledger.DisposeAsync();
        await _store.DisposeAsync();
        _bundles.Dispose();
        if (_sources is not null)
        {
            await _sources.DisposeAsync();
        }

        _policy.Dispose();
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

    private static async Task ListenAsync(WebApplication app, ListenAddress address, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (SocketException e)
        {
            throw new IOException($"{address} cannot be listened on: {FileFaults.Reason(e)}.", e);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new IOException($"{address} cannot be listened on: another process listens there.", e);
        }
    }

    private static WebApplication Build(AuthorityConfiguration configuration, AuthorityHostOptions options, StopSequence stop)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "signing-authority",
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,

            // No file of the framework configures this server, so none is watched.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        EnvironmentConfiguration.Restrict(builder.Configuration);
        builder.Services.AddSystemd();
        builder.Logging.AddAuthorityLog(configuration.Log);
        builder.Services.AddSingleton(options.Time);
        builder.Services.AddExchange(configuration.Exchange);
        builder.Services.AddRateLimits(configuration.Limits);
        builder.Services.AddByteBudget(configuration.Limits);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(configuration.Limits.StopSeconds));
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in configuration.TrustedProxies)
            {
                forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
            }
        });
        builder.WebHost.ConfigureKestrel(kestrel => KestrelLimits.Apply(kestrel, configuration.Limits, configuration.TrustedProxies));
        stop.Attach(builder, options.Listen ?? ListenAddress.For(configuration));
        options.Configure?.Invoke(builder);
        builder.AddTelemetryExport();
        return builder.Build();
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters, and the application owns the factory.")]
    private void MapRoutes(AuthorityHostOptions options)
    {
        var time = options.Time;
        if (Material.Configuration.TrustedProxies.Count > 0)
        {
            _app.UseForwardedHeaders();
        }

        _app.Use(_stop.InvokeAsync);
        _app.Use(NormaliseDoubleSlash);
        var meter = _app.Services.GetRequiredService<IMeterFactory>().Create(TelemetryExport.Meter);
        _app.Use(new RequestTelemetry(meter).InvokeAsync);
        _app.UseMiddleware<RefusalResponses>();
        _app.UseRouting();
        _app.UseRateLimiter();
        var services = _app.Services;
        var authority = new IssuingAuthority(Material.Chain, Material.IssuingKey, Material.CertificateLogKey);
        LogReader[] logs = [.. Material.Ledger.Select(log => Ledger.Reader(log.Id))];
        var clock = new ClockGuard(time, () => logs.Max(log => log.Head.Time), _sources);
        var signers = new LogSigners(Material.Configuration.Ledger.Signers, Trust.Root);
        var issuer = new CertificateIssuer(authority, Ledger, signers, clock, options.Serials);
        var exchange = new CertificateExchange(
            services.GetRequiredService<TokenValidator>(), _policy, services.GetRequiredService<ReplayGuard>(), issuer, new RecentCertificates(time), Ledger, _refusals, clock, time, Material.Configuration.Exchange.RsaKeys);
        var issuers = services.GetRequiredService<IssuerDirectory>();
        _app.MapFulcio(exchange, authority, Material.Configuration.Exchange.Issuers);
        _app.MapTimestamps(new TimestampService(Material.TimestampChain, Material.TimestampKey, clock));
        StateGauges.Add(meter, Material, Ledger, issuers, _policy, clock, _sources, time);
        var shards = new LogShards(Shards());
        _app.MapRekor(Ledger, shards, signers, _refusals.Count);
        _app.MapTiles(RekorEndpoints.Prefix, request => shards.Of(request).Signatures);
        _app.MapTiles("/ct", shards.CertificatesOf);
        _app.MapIssuers("/ct", [.. Material.Sets.SelectMany(set => set.Chain.Certificates)]);
        _app.MapTrust(Trust);
        _app.MapBundles(new BundleIntake(TrustedRoot.Parse(Trust[AuthorityTrust.TrustedRootFile].Span)), _bundles, time);
        _app.MapHealth(Ledger, Material.Keys, _policy, issuers, clock, _expiry, () => _stop.IsStopping);
    }

    /// <summary>Every host name that has logs. Audit logs have no route under any.</summary>
    private List<LogShard> Shards()
    {
        var logs = Material.Logs;
        return [.. logs.Records.Zip(logs.Definitions).Where(log => log.First.Kind == LogKind.Signatures).Select(log => new LogShard(
            log.First.Host,
            log.Second.Id,
            log.Second.Key,
            log.Second.IsFrozen,
            Ledger.Reader(log.Second.Id),
            logs.Records.FirstOrDefault(other => other.Kind == LogKind.Certificates && other.Host == log.First.Host) is { } certificates
                ? Ledger.Reader(certificates.Id)
                : null))];
    }

    /// <summary>sigstore-go joins a base URL that ends in a slash and a path that starts with one.</summary>
    private static Task NormaliseDoubleSlash(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.Value is { } path && path.StartsWith("//", StringComparison.Ordinal))
        {
            context.Request.Path = path[1..];
        }

        return next(context);
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
