using System.Net;

namespace SigningAction.Agent.Services;

/// <summary>One request. Its bytes are fixed, so that a repeated one is the same request to a service that knows repeats.</summary>
public sealed record ServiceRequest
{
    /// <summary>What is asked, for messages: <c>the certificate authority</c>.</summary>
    public required string Service { get; init; }

    /// <summary>GET, POST, PUT, HEAD, PATCH or DELETE.</summary>
    public required HttpMethod Method { get; init; }

    /// <summary>Where.</summary>
    public required Uri Address { get; init; }

    /// <summary>Body; null where there is none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Media type of the body.</summary>
    public string? ContentType { get; init; }

    /// <summary>Value of the Accept header.</summary>
    public required string Accept { get; init; }

    /// <summary>Media type that the answer must have where it is not <see cref="Accept"/>; <see cref="AnyType"/> for none in particular.</summary>
    public string? AnswerType { get; init; }

    /// <summary>Further headers.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Statuses that are success.</summary>
    public IReadOnlyList<HttpStatusCode> Success { get; init; } = [HttpStatusCode.OK, HttpStatusCode.Created];

    /// <summary>Tries before the service counts as down although the budget has time left: fewer where another service can stand in. Null for no limit.</summary>
    public int? Tries { get; init; }

    /// <summary>
    /// Asked before another try of a request that must not be done twice: what the first one did, when it arrived and only its answer was lost. Null lets it be tried.
    /// </summary>
    public Func<CancellationToken, Task<ServiceAnswer?>>? Arrived { get; init; }

    /// <summary>Secret for the Authorization header; sent to <see cref="Address"/> alone, never along a redirect.</summary>
    public string? Bearer { get; init; }

    /// <summary>What to do when the service is down: one sentence.</summary>
    public string Advice { get; init; } = "Check its address and whether it runs and can be reached from this machine, then run again.";

    /// <summary>For <see cref="AnswerType"/>: whatever the type is.</summary>
    public const string AnyType = "*/*";

    /// <summary>The service and its host, for messages.</summary>
    public string Name => $"{Service} ({Address.GetLeftPart(UriPartial.Authority)})";
}
