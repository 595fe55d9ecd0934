namespace SigningAction.Authority.Hosting;

/// <summary>The base URL of an authority, which is fixed for life: https, or http on loopback; a host and at most a port.</summary>
public static class AuthorityUrl
{
    private static readonly string[] LoopbackHosts = ["127.0.0.1", "localhost"];

    /// <summary>What is wrong with a URL; null when it will do. It must be its own normal form, so that all who compare it as text agree.</summary>
    public static string? Fault(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || !System.Text.Ascii.IsValid(url))
        {
            return "must be an absolute URL, for example https://signing.example.com.";
        }

        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && LoopbackHosts.Contains(uri.Host, StringComparer.Ordinal)))
        {
            return "must be https; http is for 127.0.0.1 and localhost only.";
        }

        if (uri.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4) || uri.Host[^1] == '.')
        {
            return "must have a host name or an IPv4 address: it becomes the origin of the log.";
        }

        return uri.AbsoluteUri == url + "/" && uri.UserInfo.Length == 0
            ? null
            : $"must be scheme, host and port in normal form, without path, query, user or trailing slash: {uri.GetLeftPart(UriPartial.Authority)}.";
    }

    /// <summary>The bare host: origin of the signature log, because sigstore-go compares just that.</summary>
    public static string Host(string url) => new Uri(url).Host;
}
