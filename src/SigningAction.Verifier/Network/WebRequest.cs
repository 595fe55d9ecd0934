using System.Globalization;

namespace SigningAction.Verifier.Network;

/// <summary>One GET.</summary>
/// <param name="Address">Absolute; <c>https</c>, or <c>http</c> to this very machine.</param>
/// <param name="Service">What is asked, for messages: <c>the GitHub API</c>.</param>
/// <param name="MostBytes">Longest answer that is read.</param>
internal sealed record WebRequest(Uri Address, string Service, int MostBytes)
{
    /// <summary>Media types that are asked for, as the header has them.</summary>
    public string? Accept { get; init; }

    /// <summary>The Authorization header, a secret: sent to the host of <see cref="Address"/> alone.</summary>
    public string? Authorization { get; init; }

    /// <summary>Further headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Redirects that are followed; a secret does not go along to another host.</summary>
    public int Redirects { get; init; }

    /// <summary>The service and its host, for messages.</summary>
    public string Name => $"{Service} ({Address.IdnHost}{(Address.IsDefaultPort ? string.Empty : string.Create(CultureInfo.InvariantCulture, $":{Address.Port}"))})";

    /// <summary>What to do where nobody answers.</summary>
    public string Remedy { get; init; } = "Try again, or verify with the bundles at hand: --bundle FILE --offline.";

    /// <summary>Whether both addresses have one scheme, host and port: a secret of one is the other's too.</summary>
    public static bool IsSameServer(Uri one, Uri other) => Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Whether a secret or a digest may be sent there: encrypted, or never leaving the machine.</summary>
    public static bool IsAllowed(Uri address) =>
        address.IsAbsoluteUri && address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}
