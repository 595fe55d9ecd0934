using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace SigningAction.Verifier.Network;

/// <summary>
/// Fetches. Tried again are failures of transport and 5xx, a few times; every other answer is the answer. Made at the first request, so that
/// a run which needs no network opens none. Safe for concurrent use.
/// </summary>
internal sealed class WebClient(Surroundings surroundings) : IDisposable
{
    /// <summary>Tries in all, as <c>gh</c>.</summary>
    private const int Tries = 4;

    /// <summary>Time for one try, whole answer included.</summary>
    private static readonly TimeSpan TryTime = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "This is the factory.")]
    private readonly Lazy<HttpClient> _http = new(() => new HttpClient(surroundings.Network()) { Timeout = Timeout.InfiniteTimeSpan });

    /// <summary>The answer, whatever its status.</summary>
    /// <exception cref="ProblemException">There is none, it is too long, or it leads where nothing may be asked.</exception>
    public WebAnswer Get(WebRequest request)
    {
        for (var attempt = 1; ; attempt++)
        {
            string fault;
            Exception? cause = null;
            try
            {
                var answer = FollowAsync(request).GetAwaiter().GetResult();
                if ((int)answer.Status < 500 || attempt == Tries)
                {
                    return answer;
                }

                fault = $"answered HTTP {(int)answer.Status}";
            }
            catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
            {
                throw ProblemException.NotChecked(
                    $"{Sentence(request)} has no certificate that this machine trusts.",
                    "If a proxy of your organisation stands in between, trust its authority (SSL_CERT_FILE).", e);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                (fault, cause) = (e is OperationCanceledException ? "did not answer in time" : $"could not be reached{Cause(e)}", e);
            }

            if (attempt == Tries)
            {
                throw ProblemException.NotChecked(
                    $"{Sentence(request)} {fault}.", request.Remedy, cause);
            }

            Task.Delay(FirstWait * (1 << (attempt - 1)), surroundings.Time).GetAwaiter().GetResult();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    private async Task<WebAnswer> FollowAsync(WebRequest request)
    {
        var (address, authorization) = (request.Address, request.Authorization);
        for (var redirects = 0; ; redirects++)
        {
            if (!WebRequest.IsAllowed(address))
            {
                throw ProblemException.NotChecked($"{Sentence(request)} leads to an address that is not https.", "Give an https address.");
            }

            using var time = new CancellationTokenSource(TryTime, surroundings.Time);
            using var message = Message(request, address, authorization);
            using var response = await _http.Value.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, time.Token);
            if (redirects < request.Redirects && Redirects(response.StatusCode) && response.Headers.Location is { } location)
            {
                if (!Uri.TryCreate(address, location, out var next))
                {
                    throw ProblemException.NotChecked($"{Sentence(request)} leads to an address that is none.", "Try again later.");
                }

                authorization = WebRequest.IsSameServer(next, address) ? authorization : null;
                address = next;
                continue;
            }

            return new WebAnswer(address, response.StatusCode, response.Headers, await ReadAsync(request, response, time.Token));
        }
    }

    private static bool Redirects(HttpStatusCode status) =>
        status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static HttpRequestMessage Message(WebRequest request, Uri address, string? authorization)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, address);
        message.Headers.TryAddWithoutValidation("User-Agent", "signing-verifier");
        foreach (var (name, value) in request.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (request.Accept is not null)
        {
            message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        }

        if (authorization is not null)
        {
            message.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return message;
    }

    private static async Task<byte[]> ReadAsync(WebRequest request, HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        using var bytes = new MemoryStream();
        var chunk = new byte[64 * 1024];
        for (int read; (read = await body.ReadAsync(chunk, cancellation)) > 0;)
        {
            if (bytes.Length + read > request.MostBytes)
            {
                throw ProblemException.NotChecked($"{Sentence(request)} answers with over {request.MostBytes} bytes.", "Check the address.");
            }

            await bytes.WriteAsync(chunk.AsMemory(0, read), cancellation);
        }

        return bytes.ToArray();
    }

    /// <summary>In words of this program: the platform's are not carried in a native build.</summary>
    private static string Cause(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => ": its name is not known here",
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => ": nobody listens there",
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.HostUnreachable } } => ": no way leads there",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => ": no TLS connection could be made",
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => ": the proxy does not lead there",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => ": no connection could be made",
        _ => string.Empty,
    };

    private static string Sentence(WebRequest request) => char.ToUpperInvariant(request.Name[0]) + request.Name[1..];
}
