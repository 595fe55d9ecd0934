using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace SigningAction.Authority.Hosting;

/// <summary>Where a server listens. Plain http: TLS ends in front of it, unless everything is on one machine.</summary>
/// <param name="Address">The address; null is both loopbacks of <c>localhost</c>.</param>
/// <param name="Port">The port; 0 takes a free one.</param>
public sealed record ListenAddress(IPAddress? Address, int Port)
{
    private const int DefaultPort = 8080;

    /// <summary><c>ADDRESS:PORT</c>.</summary>
    public override string ToString() => Address is null ? string.Create(CultureInfo.InvariantCulture, $"localhost:{Port}") : new IPEndPoint(Address, Port).ToString();

    /// <summary>Reads <c>http://ADDRESS[:PORT]</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
        {
            return false;
        }

        if (uri.Host == "localhost")
        {
            // Two addresses cannot share a port that nobody chose.
            address = new ListenAddress(uri.Port == 0 ? IPAddress.Loopback : null, uri.Port);
        }
        else if (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip))
        {
            address = new ListenAddress(ip, uri.Port);
        }

        return address is not null;
    }

    /// <summary>What is meant where nothing is said: the URL itself when it is http, else a port on loopback for the proxy that ends TLS.</summary>
    public static ListenAddress For(AuthorityConfiguration configuration) =>
        TryParse(configuration.Listen ?? configuration.Url, out var address) ? address : new ListenAddress(IPAddress.Loopback, DefaultPort);
}
