using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Services;

/// <summary>
/// Sends requests to services. Tried again, within the run's one budget, are only failures of transport, 429, 5xx and refusals that are a rate limit; every other
/// answer is the answer.
/// </summary>
public sealed class ServiceClient(HttpClient http, TimeProvider time, TimeSpan budget)
{
    /// <summary>Time for one try, whole answer included: a log may hold an answer back until its next checkpoint (clients allow 20 to 90 s).</summary>
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The end of year 9999, beyond which no date can be told.</summary>
    private const long LastUnixSecond = 253_402_300_799;

    /// <summary>What all requests of the run may wait together.</summary>
    public WaitBudget Budget { get; } = new(time, budget);

    /// <summary>What the answers say about this machine's clock.</summary>
    public ClockWatch Clock { get; } = new(time);

    /// <summary>Hears of services that fail while the run waits for them; null where nobody does.</summary>
    public TroubleNotice? Trouble { get; set; }

    /// <summary>Waits by the run's clock, for what takes its time without being down.</summary>
    public Task PauseAsync(TimeSpan pause, CancellationToken cancellation) => Task.Delay(pause, time, cancellation);

    /// <summary>Sends <paramref name="request"/> until it is answered or the budget is used up.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.ServiceUnavailable"/>, <see cref="AgentFault.TlsUntrusted"/> or <see cref="AgentFault.NotTheService"/>.</exception>
    public async Task<ServiceAnswer> SendAsync(ServiceRequest request, CancellationToken cancellation)
    {
        using var retries = new RetryBudget(time, Budget);
        var said = "";
        Exception? why = null;
        for (var tries = 1; ; tries++)
        {
            var (answer, problem, retryAfter, cause) = await TryAsync(request, retries.TryTimeout(TryTimeout), cancellation);
            if (answer is not null)
            {
                return answer;
            }

            if (tries == 1 || cause is not OperationCanceledException)
            {
                // A last try that the end of the budget cuts short says nothing of the service: what was in the way before is told.
                (said, why) = (problem, cause);
            }

            if (tries != request.Tries && Budget.Left is var left && left > TimeSpan.Zero)
            {
                Trouble?.Tell(Capital(request.Name), said, left);
            }

            if (tries == request.Tries || !await retries.WaitAsync(retryAfter, cancellation))
            {
                var message = $"{Capital(request.Name)} is down: {said}, tried for up to {Budget.Total.TotalSeconds:0} s. {request.Advice}";
                throw why is null ? new AgentException(AgentFault.ServiceUnavailable, message) : new AgentException(AgentFault.ServiceUnavailable, message, why);
            }

            if (request.Arrived is { } arrived && await arrived(cancellation) is { } earlier)
            {
                return earlier;
            }
        }
    }

    private static string Capital(string name) => $"{char.ToUpperInvariant(name[0])}{name[1..]}";

    /// <summary>One try: the answer, or what was in the way and for how long the service asked to be left alone.</summary>
    private async Task<(ServiceAnswer? Answer, string Problem, TimeSpan? RetryAfter, Exception? Cause)> TryAsync(
        ServiceRequest request, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            using var timeout = new CancellationTokenSource(patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
            using var message = Message(request);
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            Clock.See(request.Address, response.Headers.Date);
            return IsTransient(response)
                ? (null, $"it answered HTTP {(int)response.StatusCode}", RetryAfter(response), null)
                : (await AnswerAsync(request, response, either.Token), "", null, null);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            return (null, "it did not answer in time", null, e);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException tls)
        {
            throw new AgentException(AgentFault.TlsUntrusted, $"No secure connection to {request.Name}: {tls.Message}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, Describe(e), null, e);
        }
    }

    private static async Task<ServiceAnswer> AnswerAsync(ServiceRequest request, HttpResponseMessage response, CancellationToken cancellation) =>
        new(request, response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", await ReadAsync(request, response, cancellation))
        {
            Headers = Headers(response),
        };

    /// <summary>GitHub says 403 for a rate limit too, with the time to wait beside it; any other 403 is a decision.</summary>
    private static bool IsTransient(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
        || (response.StatusCode == HttpStatusCode.Forbidden && (response.Headers.RetryAfter is not null || RateLimitReset(response) is not null));

    /// <summary>What the service asks to wait: <c>Retry-After</c> in seconds or as a date, or the end of its rate limit. A date in the past is no wait.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta ?? ((response.Headers.RetryAfter?.Date ?? RateLimitReset(response)) - time.GetUtcNow());

    private static DateTimeOffset? RateLimitReset(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-ratelimit-remaining", out var remaining) && remaining.First() == "0"
            && response.Headers.TryGetValues("x-ratelimit-reset", out var reset)
            && long.TryParse(reset.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LastUnixSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static Dictionary<string, string> Headers(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            headers.TryAdd(name, values.First());
        }

        return headers;
    }

    private static HttpRequestMessage Message(ServiceRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Address);
        message.Headers.Accept.ParseAdd(request.Accept);
        foreach (var (name, value) in request.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (request.Bearer is { } bearer)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = request.ContentType is { } type ? new MediaTypeHeaderValue(type) : null;
        }

        return message;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(ServiceRequest request, HttpResponseMessage response, CancellationToken cancellation)
    {
        // Read by hand: HttpClient's own cap on buffering ends in an exception that looks like a broken connection.
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        using var bytes = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(chunk, cancellation)) > 0)
        {
            bytes.Write(chunk.AsSpan(0, read));
            if (bytes.Length > Limits.ResponseBytes)
            {
                throw new AgentException(
                    AgentFault.NotTheService,
                    $"{char.ToUpperInvariant(request.Name[0])}{request.Name[1..]} is not the service that was meant: "
                        + $"its answer is over {Limits.ResponseBytes} bytes. Check the address.");
            }
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private static string Describe(Exception e) => e.InnerException is SocketException { SocketErrorCode: var fault } && Describe(fault) is { } words ? words
        : e is HttpRequestException { HttpRequestError: var error }
        ? error switch
        {
            HttpRequestError.NameResolutionError => "its host name does not resolve",
            HttpRequestError.ConnectionError => "no connection",
            HttpRequestError.ProxyTunnelError => "the proxy refused the connection; one that wants a log-in takes it from its address, http://USER:PASSWORD@HOST",
            HttpRequestError.SecureConnectionError => "the secure connection could not be made",
            _ => "the connection broke",
        }
        : "the connection broke";

    private static string? Describe(SocketError fault) => fault switch
    {
        SocketError.HostNotFound or SocketError.NoData => "its host name does not resolve",
        SocketError.TryAgain => "its host name does not resolve, because the name service does not answer",
        SocketError.ConnectionRefused => "no connection, nobody listens at its address",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "no connection, there is no way to its address",
        SocketError.TimedOut => "no connection in time",
        _ => null,
    };
}
