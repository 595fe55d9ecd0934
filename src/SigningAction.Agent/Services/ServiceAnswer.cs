using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SigningAction.Agent.Services;

/// <summary>A whole answer, capped. Nothing in it is believed yet.</summary>
public sealed record ServiceAnswer(ServiceRequest Request, HttpStatusCode Status, string MediaType, ReadOnlyMemory<byte> Body)
{
    /// <summary>Headers, names in any case; of one that came more than once the first.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>A header, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    private bool IsWebPage => MediaType is "text/html" or "application/xhtml+xml" || Body.Span.TrimStart(" \t\r\n"u8).StartsWith("<"u8);

    /// <summary>Requires a status of success (200 and 201 unless the request names others) in the media type that was asked for.</summary>
    /// <exception cref="AgentException">The service refused, or it is not the service.</exception>
    public void RequireSuccess(string? advice = null)
    {
        if (Request.Success.Contains(Status))
        {
            if (IsWebPage)
            {
                throw WebPage();
            }

            var type = Request.AnswerType ?? Request.Accept;
            if (type != ServiceRequest.AnyType && MediaType != type)
            {
                throw NotTheService($"answers {Request.Method} {Request.Address.AbsolutePath} with '{MediaType}' and not with {type}");
            }

            return;
        }

        if ((int)Status is >= 300 and < 400)
        {
            // Followed, it would carry the token to a host that nobody configured.
            throw NotTheService("sends on to another address, and a request that may carry a token is not sent on; give the final address");
        }

        if (Status == HttpStatusCode.ProxyAuthenticationRequired)
        {
            throw new AgentException(
                AgentFault.ServiceUnavailable,
                $"A proxy stands before {Request.Name} and wants a log-in (HTTP 407): "
                    + "put it into the proxy's address (HTTPS_PROXY=http://USER:PASSWORD@HOST), or except the host from the proxy (NO_PROXY).");
        }

        if (IsWebPage)
        {
            throw WebPage();
        }

        var said = ServiceRefusal.Read(Body.Span);
        if (Status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableContent)
        {
            throw new AgentException(
                AgentFault.RefusedByService,
                $"{Sentence(Request.Name)} refused the request (HTTP {(int)Status}). {advice ?? "Its answer says why."}")
            {
                ServerText = said?.Text,
            };
        }

        throw new AgentException(
            AgentFault.NotTheService, $"{Sentence(Request.Name)} answers {Request.Method} {Request.Address.AbsolutePath} with HTTP {(int)Status}. {Request.Advice}")
        {
            ServerText = said?.Text,
        };
    }

    /// <summary>The body as JSON; members that a newer service adds are passed over.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.NotTheService"/>: not JSON, twice the same member, another shape.</exception>
    public T Json<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Body.Span, type) ?? throw NotTheService("answers with an empty document");
        }
        catch (JsonException e)
        {
            throw NotTheService("answers with something that is not the expected JSON", e);
        }
    }

    /// <summary>The answer is not of the service that was meant.</summary>
    public AgentException NotTheService(string why, Exception? inner = null)
    {
        var message = $"{Sentence(Request.Name)} is not the service that was meant: it {why}. Check the address.";
        return inner is null ? new AgentException(AgentFault.NotTheService, message) : new AgentException(AgentFault.NotTheService, message, inner);
    }

    private AgentException WebPage() => new(
        AgentFault.NotTheService,
        $"{Sentence(Request.Name)} answers with a web page: this is not the authority, or a log-in page or proxy stands in between. "
            + "Check the address and the network of this machine.");

    private static string Sentence(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
