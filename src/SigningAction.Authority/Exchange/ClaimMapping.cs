using System.ComponentModel.DataAnnotations;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// What the claims of an issuer mean, as the administrator writes it: a template (<see cref="ClaimTemplate"/>) for each part of the identity.
/// Null leaves a part out; a policy condition about it is then not met. The token's <c>iss</c> and <c>sub</c> are not mapped, they are taken as they are.
/// </summary>
public sealed class ClaimMapping
{
    /// <summary>
    /// Claims that must have exactly this value, else the token is no pipeline's: for issuers that also serve people or other services. A name is written as in a
    /// template, without braces.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Require { get; set; }

    /// <summary>Claims that must not be in the token, such as the tag of a build where the branch is mapped.</summary>
    public IReadOnlyList<string>? Forbid { get; set; }

    /// <summary>URI of what defines the job, with its ref where the platform has one: subject alternative name and extension .9.</summary>
    [Required]
    public string? SignerUri { get; set; }

    /// <summary>Commit of that definition (extension .10).</summary>
    public string? SignerDigest { get; set; }

    /// <summary>Kind of runner (extension .11).</summary>
    public string? RunnerEnvironment { get; set; }

    /// <summary>URI of the source repository (extension .12).</summary>
    public string? RepositoryUri { get; set; }

    /// <summary>Source commit (extension .13).</summary>
    public string? SourceDigest { get; set; }

    /// <summary>Source ref in full, <c>refs/…</c> (extension .14).</summary>
    [Required]
    public string? SourceRef { get; set; }

    /// <summary>This or <c>ownerId</c> is required. Id of the repository or workload that is never given again (extension .15).</summary>
    public string? RepositoryId { get; set; }

    /// <summary>URI of the owner (extension .16).</summary>
    public string? OwnerUri { get; set; }

    /// <summary>Id of the owner that is never given again (extension .17).</summary>
    public string? OwnerId { get; set; }

    /// <summary>URI of the top-level definition of the run (extension .18).</summary>
    public string? CallerUri { get; set; }

    /// <summary>Its commit (extension .19).</summary>
    public string? CallerDigest { get; set; }

    /// <summary>What started the run (extension .20).</summary>
    [Required]
    public string? Event { get; set; }

    /// <summary>URI of the run (extension .21).</summary>
    public string? RunUri { get; set; }

    /// <summary>Visibility of the source (extension .22).</summary>
    public string? Visibility { get; set; }

    /// <summary>Deployment environment (extension .23).</summary>
    public string? Environment { get; set; }
}
