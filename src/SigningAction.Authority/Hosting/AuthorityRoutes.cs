using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using SigningAction.Authority.Bundles;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Timestamping;
using SigningAction.Authority.Trust;
using SigningAction.Evidence.Trust;

namespace SigningAction.Authority.Hosting;

/// <summary>What an authority answers, and who answers it.</summary>
internal static class AuthorityRoutes
{
    /// <summary>Gives each service its parts, and its paths to <paramref name="app"/>.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters, and the application owns the factory.")]
    public static void Map(WebApplication app, AuthorityParts parts, AuthorityHostOptions options)
    {
        var (material, ledger, time, services) = (parts.Material, parts.Ledger, options.Time, app.Services);
        var meter = services.GetRequiredService<IMeterFactory>().Create(TelemetryExport.Meter);
        UseAhead(app, parts, meter);

        var authority = new IssuingAuthority(material.Chain, material.IssuingKey, material.CertificateLogKey);
        LogReader[] logs = [.. material.Ledger.Select(log => ledger.Reader(log.Id))];
        var clock = new ClockGuard(time, () => logs.Max(log => log.Head.Time), parts.Sources);
        var signers = new LogSigners(material.Configuration.Ledger.Signers, parts.Trust.Root);
        var issuers = services.GetRequiredService<IssuerDirectory>();
        var exchange = new CertificateExchange(
            services.GetRequiredService<TokenValidator>(), parts.Policy, services.GetRequiredService<ReplayGuard>(),
            new CertificateIssuer(authority, ledger, signers, clock, options.Serials), new RecentCertificates(time),
            ledger, parts.Refusals, clock, time, material.Configuration.Exchange.RsaKeys);
        StateGauges.Add(meter, material, ledger, issuers, parts.Policy, clock, parts.Sources, time);

        app.MapFulcio(exchange, authority, material.Configuration.Exchange.Issuers);
        app.MapTimestamps(new TimestampService(material.TimestampChain, material.TimestampKey, clock));
        var shards = new LogShards(Shards(material.Logs, ledger));
        app.MapRekor(ledger, shards, signers, parts.Refusals.Count);
        app.MapTiles(RekorEndpoints.Prefix, request => shards.Of(request).Signatures);
        app.MapTiles("/ct", shards.CertificatesOf);
        app.MapIssuers("/ct", [.. material.Sets.SelectMany(set => set.Chain.Certificates)]);
        app.MapTrust(parts.Trust);
        app.MapBundles(new BundleIntake(TrustedRoot.Parse(parts.Trust[AuthorityTrust.TrustedRootFile].Span)), parts.Bundles, time);
        app.MapHealth(ledger, material.Keys, parts.Policy, issuers, clock, parts.Expiry, () => parts.Stop.IsStopping);
    }

    /// <summary>What every request passes before its route is known. The order counts: measured before refused, and refused as every refusal is said.</summary>
    private static void UseAhead(WebApplication app, AuthorityParts parts, Meter meter)
    {
        if (parts.Material.Configuration.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        app.Use(parts.Stop.InvokeAsync);
        app.Use(NormaliseDoubleSlash);
        app.Use(new RequestTelemetry(meter).InvokeAsync);
        app.UseMiddleware<RefusalResponses>();
        app.UseRouting();
        app.UseRateLimiter();
    }

    /// <summary>Every host name that has logs. Audit logs have no route under any.</summary>
    private static List<LogShard> Shards(AuthorityLogs logs, AuthorityLedger ledger)
    {
        var certificates = logs.Records.Where(log => log.Kind == LogKind.Certificates).ToList();
        return [.. logs.Records.Zip(logs.Definitions).Where(log => log.First.Kind == LogKind.Signatures).Select(log => new LogShard(
            log.First.Host,
            log.Second.Id,
            log.Second.Key,
            log.Second.IsFrozen,
            ledger.Reader(log.Second.Id),
            certificates.Find(other => other.Host == log.First.Host) is { } beside ? ledger.Reader(beside.Id) : null))];
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
}
