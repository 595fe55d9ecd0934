using Microsoft.AspNetCore.Server.Kestrel.Core;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Hosting;

/// <summary>What the server takes before any route sees it.</summary>
internal static class KestrelLimits
{
    /// <summary>A token may come as a header; the rest is what clients send besides.</summary>
    private const int HeaderBytes = Limits.TokenBytes + (16 * 1024);

    private const int HeaderCount = 64;

    /// <summary>File handles that are kept from callers: the runtime's (some 230), the database's, the issuers'. Without a free one the runtime ends the process.</summary>
    private const int OwnHandles = 512;

    private const int FewestConnections = 10;
    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(10); // Fulcio's
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(75);

    /// <summary>Who reads an answer slower than this, after ten seconds, loses the connection: an answer of 8 MiB may hold its memory for minutes, not for hours.</summary>
    private static readonly MinDataRate SlowestReader = new(bytesPerSecond: 32 * 1024, gracePeriod: TimeSpan.FromSeconds(10));

    /// <summary>As many as are configured, and no more than leave the server its own file handles.</summary>
    /// <exception cref="ConfigurationRefusedException">There are not enough even for a few.</exception>
    internal static long Connections(int configured, long? handles) => handles switch
    {
        null => configured,
        { } most when most - OwnHandles < FewestConnections => throw new ConfigurationRefusedException(
            $"This process may open {most} files at once (ulimit -n); it needs {OwnHandles} for itself and one for each connection. Raise the limit, to 65536 for example."),
        { } most => Math.Min(configured, most - OwnHandles),
    };

    public static void Apply(KestrelServerOptions kestrel, LimitOptions limits, IReadOnlyList<string> proxies)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = Limits.DrainedBodyBytes; // each route has its own cap, and it is smaller
        kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = HeaderCount;
        kestrel.Limits.RequestHeadersTimeout = HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = IdleTimeout;
        kestrel.Limits.MinResponseDataRate = SlowestReader; // of a body: RequestBody.Patience
        var connections = Connections(limits.Connections, Libc.MostFileHandles());
        kestrel.Limits.MaxConcurrentConnections = connections;
        var shares = new ConnectionShares(connections / 2, proxies);
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => shares.ServeAsync(next, connection)));
    }

    public static void Listen(KestrelServerOptions kestrel, ListenAddress listen)
    {
        if (listen.Address is { } address)
        {
            kestrel.Listen(address, listen.Port);
        }
        else
        {
            kestrel.ListenLocalhost(listen.Port);
        }
    }
}
