using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;

namespace SigningAction.Verifier.Network;

/// <summary>Makes the handler of a run: no redirects (they are followed by hand, without secrets), no cookies, no decompression, TLS 1.2 or 1.3.</summary>
internal static class WebHandler
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    [SuppressMessage("Security", "CA5398:Avoid hardcoded SslProtocols values", Justification = "A machine's default may still allow TLS 1.0; what is listed here is the floor.")]
    public static HttpMessageHandler Create() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = ConnectTime,
        SslOptions = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
    };
}
