namespace SigningAction.Authority.Wire;

/// <summary>
/// A request is refused for a reason that its caller may know. The message is one plain sentence that is safe to show: no token, key or claim is in it.
/// Every service throws this; the host alone decides how it looks on the wire.
/// </summary>
public sealed class RequestRefusedException : Exception
{
    /// <summary>Refuses a request.</summary>
    /// <param name="status">HTTP status, 400 to 499, or 503 for what passes by itself.</param>
    /// <param name="code">Stable reason in upper snake case.</param>
    /// <param name="fault">What is wrong, one plain sentence.</param>
    /// <param name="remedy">What the caller can do, one plain sentence; null where nothing helps.</param>
    public RequestRefusedException(int status, string code, string fault, string? remedy = null)
        : base(fault) => (Status, Code, Remedy) = (status, code, remedy);

    /// <summary>Refuses a request, keeping for the log what was found.</summary>
    public RequestRefusedException(int status, string code, string fault, string? remedy, Exception inner)
        : base(fault, inner) => (Status, Code, Remedy) = (status, code, remedy);

    /// <summary>HTTP status.</summary>
    public int Status { get; }

    /// <summary>Stable reason in upper snake case.</summary>
    public string Code { get; }

    /// <summary>What the caller can do.</summary>
    public string? Remedy { get; }

    /// <summary>Seconds after which another try makes sense; null where it does not.</summary>
    public int? RetryAfter { get; init; }
}
