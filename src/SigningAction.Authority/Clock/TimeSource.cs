using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SigningAction.Authority.Clock;

/// <summary>Address of one NTP server.</summary>
/// <param name="Host">Host name or IP address.</param>
/// <param name="Port">UDP port.</param>
public sealed record TimeSource(string Host, int Port)
{
    private const int NtpPort = 123;

    /// <summary>Reads <c>HOST</c>, <c>HOST:PORT</c> or <c>[IPV6]:PORT</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TimeSource? source)
    {
        source = null;
        if (IPAddress.TryParse(text, out var bare) && bare.AddressFamily == AddressFamily.InterNetworkV6)
        {
            source = new TimeSource(text.Trim('[', ']'), NtpPort);
            return !text.Contains("]:", StringComparison.Ordinal) || TrySplit(text, out source);
        }

        return TrySplit(text, out source);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static bool TrySplit(string text, [NotNullWhen(true)] out TimeSource? source)
    {
        source = null;
        var colon = text.LastIndexOf(':');
        var port = NtpPort;
        if (colon >= 0 && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
        {
            return false;
        }

        var host = (colon < 0 ? text : text[..colon]).Trim('[', ']');
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return false;
        }

        source = new TimeSource(host, port);
        return true;
    }
}
