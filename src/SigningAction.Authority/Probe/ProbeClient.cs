using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Probe;

/// <summary>Asks the authority once: a monitor must see what fails, so nothing is tried again.</summary>
/// <param name="http">Follows no redirect, which could carry a token to somebody else; stays the caller's.</param>
/// <param name="url">Base URL, without a trailing slash.</param>
public sealed class ProbeClient(HttpClient http, string url)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Base URL.</summary>
    public string Url => url;

    /// <summary>The same at another address of the authority, as its trust files state it: a log under a host name of its own.</summary>
    /// <param name="other">Absolute URL; a final slash is left out.</param>
    /// <exception cref="ProbeException">It is none, or the authority itself is reached by TLS and it is not.</exception>
    public ProbeClient At(string other) =>
        Uri.TryCreate(other, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && !url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)))
        && uri is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
            ? new ProbeClient(http, other.TrimEnd('/'))
            : throw ProbeException.Wrong($"Its trust files name a log at {ProbeAnswer.Printable(other)}, which is no URL to go to.");

    /// <summary>Reads a resource.</summary>
    /// <exception cref="ProbeException">No answer.</exception>
    public Task<ProbeAnswer> GetAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, cancellation);

    /// <summary>Sends JSON.</summary>
    /// <exception cref="ProbeException">No answer.</exception>
    public Task<ProbeAnswer> PostAsync(string path, JsonObject body, CancellationToken cancellation) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body.ToJsonString()), "application/json", cancellation);

    /// <summary>Sends bytes.</summary>
    /// <exception cref="ProbeException">No answer.</exception>
    public async Task<ProbeAnswer> PostAsync(string path, byte[] body, string mediaType, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return await SendAsync(HttpMethod.Post, path, content, cancellation);
    }

    private static string Why(Exception fault) => fault switch
    {
        HttpRequestException { InnerException: SocketException socket } => FileFaults.Reason(socket),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not known",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS failed; does this machine trust its certificate?",
        _ => "the connection broke",
    };

    private async Task<ProbeAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(Timeout);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(url + path)) { Content = content };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            await using var body = await response.Content.ReadAsStreamAsync(timeout.Token);

            // A full data tile of 256 certificates is the largest answer that is asked for.
            var buffer = new byte[Limits.ResponseBytes + 1];
            var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, timeout.Token);
            return read <= Limits.ResponseBytes
                ? new ProbeAnswer((int)response.StatusCode, buffer.AsMemory(0, read), response.Headers.TryGetValues("X-Correlation-Id", out var ids) ? ids.FirstOrDefault() : null)
                : throw ProbeException.Wrong($"Its answer to {path} is over {Limits.ResponseBytes} bytes.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ProbeException(ProbeOutcome.Unreachable, $"It cannot be reached: {Why(e)}.", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new ProbeException(ProbeOutcome.Unreachable, $"It does not answer {path} within {Timeout.TotalSeconds} s.", e);
        }
    }
}
