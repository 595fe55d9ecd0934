using System.Buffers;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// Addresses that the authority asks for keys. They come from configuration, never from a token, and must read in one way only:
/// System.Uri turns <c>https://2852039166/</c> into a link-local address and forgets <c>/../</c>.
/// </summary>
internal static class IssuerUrl
{
    private const int MaximumCharacters = 512;

    private static readonly SearchValues<char> Ambiguous = SearchValues.Create("*@?#\\% ");

    /// <summary>Whether the text is https (http on loopback only), host, port and path and nothing else, and is its own normal form.</summary>
    public static bool IsSound(string text) =>
        text.Length is > 0 and <= MaximumCharacters
        && System.Text.Ascii.IsValid(text)
        && !text.AsSpan().ContainsAny(Ambiguous)
        && text[^1] != '/'
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsLoopback(uri)))
        && uri.HostNameType != UriHostNameType.Unknown
        && uri.Host[^1] != '.'
        && !uri.AbsolutePath.Contains("//", StringComparison.Ordinal)
        // A host alone gets a slash from System.Uri; everything else must come back as it was written.
        && string.Equals(uri.AbsoluteUri, uri.AbsolutePath == "/" ? text + "/" : text, StringComparison.Ordinal);

    /// <summary>Scheme, host and port equal: the only place where an issuer's own documents may send us.</summary>
    public static bool SameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.Host, other.Host, StringComparison.Ordinal);

    private static bool IsLoopback(Uri uri) => uri.Host is "localhost" or "127.0.0.1" or "[::1]";
}
