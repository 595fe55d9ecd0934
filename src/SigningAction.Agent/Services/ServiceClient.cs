using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Services;

/// <summary>
/// Sends requests to services. Tried again, within a budget, are only failures of transport, 429 and 5xx; every other answer is the answer.
/// </summary>
public sealed class ServiceClient(HttpClient http, TimeProvider time, TimeSpan budget)
{
    /// <summary>Time for one try, whole answer included: a log may hold an answer back until its next checkpoint (clients allow 20 to 90 s).</summary>
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The budget when nobody asks for another: long enough for a restart, short enough for a job that waits.</summary>
    public static TimeSpan DefaultBudget => TimeSpan.FromSeconds(60);

    /// <summary>Sends <paramref name="request"/> until it is answered or the budget is used up.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.ServiceUnavailable"/>, <see cref="AgentFault.TlsUntrusted"/> or <see cref="AgentFault.NotTheService"/>.</exception>
    public async Task<ServiceAnswer> SendAsync(ServiceRequest request, CancellationToken cancellation)
    {
        var retries = new RetryBudget(time, budget);
        while (true)
        {
            string problem;
            RetryConditionHeaderValue? retryAfter = null;
            Exception? cause = null;
            try
            {
                using var timeout = new CancellationTokenSource(retries.Left < TryTimeout ? retries.Left : TryTimeout, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
                using var message = Message(request);
                using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
                if (!IsTransient(response.StatusCode))
                {
                    return new ServiceAnswer(
                        request,
                        response.StatusCode,
                        response.Content.Headers.ContentType?.MediaType ?? "",
                        await ReadAsync(request, response, either.Token));
                }

                problem = $"it answered HTTP {(int)response.StatusCode}";
                retryAfter = response.Headers.RetryAfter;
            }
            catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
            {
                (problem, cause) = ("it did not answer in time", e);
            }
            catch (HttpRequestException e) when (e.InnerException is AuthenticationException tls)
            {
                throw new AgentException(AgentFault.TlsUntrusted, $"No secure connection to {request.Name}: {tls.Message}", e);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                (problem, cause) = (Describe(e), e);
            }

            if (!await retries.WaitAsync(retryAfter, cancellation))
            {
                var message = $"{char.ToUpperInvariant(request.Name[0])}{request.Name[1..]} is down: {problem}, tried for up to {budget.TotalSeconds:0} s. {request.Advice}";
                throw cause is null ? new AgentException(AgentFault.ServiceUnavailable, message) : new AgentException(AgentFault.ServiceUnavailable, message, cause);
            }
        }
    }

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static HttpRequestMessage Message(ServiceRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Address);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(request.Accept));
        if (request.Bearer is { } bearer)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType!);
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
                    $"{char.ToUpperInvariant(request.Name[0])}{request.Name[1..]} is not the service that was meant: its answer is over {Limits.ResponseBytes} bytes. Check the address.");
            }
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private static string Describe(Exception e) => e is HttpRequestException { HttpRequestError: var error }
        ? error switch
        {
            HttpRequestError.NameResolutionError => "its host name does not resolve",
            HttpRequestError.ConnectionError => "no connection",
            HttpRequestError.ProxyTunnelError => "the proxy refused the connection",
            HttpRequestError.SecureConnectionError => "the secure connection could not be made",
            _ => "the connection broke",
        }
        : "the connection broke";
}
