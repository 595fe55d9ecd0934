namespace SigningAction.Evidence.Policy;

/// <summary>
/// Who a pipeline is, in words that no platform owns: what policy matches, certificates carry and provenance repeats.
/// It is made from a verified token (authority) or a verified certificate (verifier), never from environment variables.
/// Null means that the platform did not say; a rule about it does not match.
/// </summary>
public sealed record PipelineIdentity
{
    /// <summary>OIDC issuer, exact string (extension .8).</summary>
    public required string Issuer { get; init; }

    /// <summary>The token's raw <c>sub</c> (extension .24). Opaque: its format is the customer's choice, never matched by policy.</summary>
    public required string Subject { get; init; }

    /// <summary>URI of the workflow file that runs the job, with its ref: the subject alternative name and extension .9.</summary>
    public required string SignerUri { get; init; }

    /// <summary>Commit of the workflow file that runs the job (extension .10).</summary>
    public string? SignerDigest { get; init; }

    /// <summary>Where the job runs: <c>github-hosted</c> or <c>self-hosted</c> (extension .11).</summary>
    public string? RunnerEnvironment { get; init; }

    /// <summary>Source repository, <c>https://github.com/OWNER/NAME</c> (extension .12).</summary>
    public string? RepositoryUri { get; init; }

    /// <summary>Source commit (extension .13).</summary>
    public string? SourceDigest { get; init; }

    /// <summary>Source ref, <c>refs/heads/…</c> or <c>refs/tags/…</c> (extension .14).</summary>
    public string? SourceRef { get; init; }

    /// <summary>Numeric id of the repository: never reused (extension .15).</summary>
    public string? RepositoryId { get; init; }

    /// <summary>Repository owner, <c>https://github.com/OWNER</c> (extension .16).</summary>
    public string? OwnerUri { get; init; }

    /// <summary>Numeric id of the owner: never reused (extension .17).</summary>
    public string? OwnerId { get; init; }

    /// <summary>URI of the top-level (calling) workflow file, with its ref (extension .18).</summary>
    public string? CallerUri { get; init; }

    /// <summary>Commit of the top-level (calling) workflow file (extension .19).</summary>
    public string? CallerDigest { get; init; }

    /// <summary>Event that started the run, for example <c>push</c> (extension .20).</summary>
    public string? Event { get; init; }

    /// <summary>URI of the run and its attempt (extension .21).</summary>
    public string? RunUri { get; init; }

    /// <summary><c>public</c>, <c>private</c> or <c>internal</c> when signed (extension .22).</summary>
    public string? Visibility { get; init; }

    /// <summary>Deployment environment of the job (extension .23).</summary>
    public string? Environment { get; init; }

    /// <summary>Name of the workflow (deprecated extension .4, which older verifiers still ask for).</summary>
    public string? WorkflowName { get; init; }

    /// <summary>Repository as <c>OWNER/NAME</c> (deprecated extension .5).</summary>
    public string? RepositoryName { get; init; }
}
