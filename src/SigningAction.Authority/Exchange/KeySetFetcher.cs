using System.Net;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// Fetches an issuer's keys: discovery document (OpenID Connect Discovery 1.0, section 4), then key set. Both addresses follow from the
/// configuration: no redirect is followed, and the document cannot name another scheme, host or port (CVE-2026-49478).
/// </summary>
internal sealed class KeySetFetcher(IssuerOptions issuer, IHttpClientFactory clients)
{
    /// <summary>Name of the HTTP client, which follows no redirect and keeps no cookie.</summary>
    public const string ClientName = "exchange";

    /// <exception cref="KeySetException">An answer cannot be used.</exception>
    /// <exception cref="HttpRequestException">No answer.</exception>
    /// <exception cref="IOException">The answer broke off.</exception>
    /// <exception cref="OperationCanceledException">Not in time.</exception>
    public async Task<KeySet> FetchAsync(CancellationToken cancellation)
    {
        using var client = clients.CreateClient(ClientName);
        var address = issuer.JwksUri is { } configured ? new Uri(configured) : await DiscoverAsync(client, cancellation);
        return KeySet.Parse(await GetAsync(client, address, cancellation));
    }

    private async Task<Uri> DiscoverAsync(HttpClient client, CancellationToken cancellation)
    {
        var discovery = new Uri(issuer.Url + "/.well-known/openid-configuration");
        var document = JsonAnswer.ReadObject(await GetAsync(client, discovery, cancellation));

        // Section 4.3: the document must be that of the issuer that was asked.
        if (CompactToken.StringOf(document, "issuer") != issuer.Url)
        {
            throw new KeySetException(KeySetFault.OtherIssuer);
        }

        var keys = CompactToken.StringOf(document, "jwks_uri") ?? throw new KeySetException(KeySetFault.Malformed);
        return IssuerUrl.IsSound(keys) && new Uri(keys) is var address && IssuerUrl.SameOrigin(address, discovery)
            ? address
            : throw new KeySetException(KeySetFault.OtherOrigin);
    }

    private static async Task<byte[]> GetAsync(HttpClient client, Uri address, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new("application/json"));
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new KeySetException(KeySetFault.Status);
        }

        if (response.Content.Headers.ContentLength > Limits.KeySetBytes)
        {
            throw new KeySetException(KeySetFault.TooLarge);
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[Limits.KeySetBytes + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return read <= Limits.KeySetBytes ? buffer[..read] : throw new KeySetException(KeySetFault.TooLarge);
    }
}
