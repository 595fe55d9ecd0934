using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HttpOverrides;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Hosting;

/// <summary>The web server of an authority: its options, limits and log.</summary>
internal static class WebServer
{
    /// <summary>Builds it from what was configured and nothing else; it has no routes yet.</summary>
    public static WebApplication Build(AuthorityConfiguration configuration, AuthorityHostOptions options, StopSequence stop)
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
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded => TrustProxies(forwarded, configuration.TrustedProxies));
        builder.WebHost.ConfigureKestrel(kestrel => KestrelLimits.Apply(kestrel, configuration.Limits, configuration.TrustedProxies));
        stop.Attach(builder, options.Listen ?? ListenAddress.For(configuration));
        options.Configure?.Invoke(builder);
        builder.AddTelemetryExport();
        return builder.Build();
    }

    /// <summary>Listens.</summary>
    /// <exception cref="IOException">The address is not of this machine, or somebody listens there.</exception>
    public static async Task StartAsync(WebApplication app, ListenAddress address, CancellationToken cancellationToken)
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

    /// <summary>The address of a client is a proxy's word only where the proxy is named; the framework would believe any on loopback.</summary>
    private static void TrustProxies(ForwardedHeadersOptions forwarded, IEnumerable<string> proxies)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
        }
    }
}
