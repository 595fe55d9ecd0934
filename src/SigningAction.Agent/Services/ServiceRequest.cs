namespace SigningAction.Agent.Services;

/// <summary>One request. Its bytes are fixed, so that a repeated one is the same request to a service that knows repeats.</summary>
public sealed record ServiceRequest
{
    /// <summary>What is asked, for messages: <c>the certificate authority</c>.</summary>
    public required string Service { get; init; }

    /// <summary>GET or POST.</summary>
    public required HttpMethod Method { get; init; }

    /// <summary>Where.</summary>
    public required Uri Address { get; init; }

    /// <summary>Body of a POST.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Media type of the body.</summary>
    public string? ContentType { get; init; }

    /// <summary>Media type that the answer must have.</summary>
    public required string Accept { get; init; }

    /// <summary>Secret for the Authorization header; sent to <see cref="Address"/> alone, never along a redirect.</summary>
    public string? Bearer { get; init; }

    /// <summary>What to do when the service is down: one sentence.</summary>
    public string Advice { get; init; } = "Check its address and whether it runs and can be reached from this machine, then run again.";

    /// <summary>The service and its host, for messages.</summary>
    public string Name => $"{Service} ({Address.GetLeftPart(UriPartial.Authority)})";
}
