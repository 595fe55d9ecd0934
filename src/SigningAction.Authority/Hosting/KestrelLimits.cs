using Microsoft.AspNetCore.Server.Kestrel.Core;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Hosting;

/// <summary>What the server takes before any route sees it.</summary>
internal static class KestrelLimits
{
    /// <summary>A token may come as a header; the rest is what clients send besides.</summary>
    private const int HeaderBytes = Limits.TokenBytes + (16 * 1024);

    private const int HeaderCount = 64;
    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(10); // Fulcio's
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(75);

    public static void Apply(KestrelServerOptions kestrel, LimitOptions limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = Limits.DrainedBodyBytes; // each route has its own cap, and it is smaller
        kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = HeaderCount;
        kestrel.Limits.RequestHeadersTimeout = HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = IdleTimeout;
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
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
