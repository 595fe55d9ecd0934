using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// Who must have signed, and what. Everything that is set must hold; a policy that names nobody is refused.
/// Meanings are those of <c>gh attestation verify</c>.
/// </summary>
public sealed record VerificationPolicy
{
    /// <summary>Issuer of GitHub's workflow tokens: what is asked for unless a policy says otherwise.</summary>
    public const string GitHubIssuer = "https://token.actions.githubusercontent.com";

    /// <summary>OIDC issuer of the signer, compared exactly. Ignored where <see cref="IssuerPattern"/> is set.</summary>
    public string Issuer { get; init; } = GitHubIssuer;

    /// <summary>Pattern that the whole OIDC issuer must match.</summary>
    public AnchoredPattern? IssuerPattern { get; init; }

    /// <summary>Subject alternative name of the certificate, compared exactly.</summary>
    public string? Identity { get; init; }

    /// <summary>Pattern that the whole subject alternative name must match.</summary>
    public AnchoredPattern? IdentityPattern { get; init; }

    /// <summary>Source repository, <c>OWNER/NAME</c> on <see cref="Server"/>. Unless a signer is named, the workflow must be the repository's own.</summary>
    public string? Repository { get; init; }

    /// <summary>Owner of the source repository on <see cref="Server"/>. Unless a signer is named, the workflow must be this owner's.</summary>
    public string? Owner { get; init; }

    /// <summary>Workflow that signed, without its ref: <c>[HOST/]OWNER/NAME/PATH/FILE</c>.</summary>
    public string? SignerWorkflow { get; init; }

    /// <summary>Ref of the source, for example <c>refs/heads/main</c>.</summary>
    public string? SourceRef { get; init; }

    /// <summary>Commit of the source.</summary>
    public string? SourceDigest { get; init; }

    /// <summary>Refuses signatures made on self-hosted runners, and those that do not say where they were made.</summary>
    public bool DenySelfHostedRunners { get; init; }

    /// <summary>Predicate type that an attestation must have; null takes any, plain signatures have none.</summary>
    public string? PredicateType { get; init; }

    /// <summary>Server of repositories and owners, without a trailing slash.</summary>
    public string Server { get; init; } = "https://github.com";

    internal bool NamesSomebody => Identity is not null || IdentityPattern is not null || Repository is not null || Owner is not null || SignerWorkflow is not null;

    internal bool NamesSigner => Identity is not null || IdentityPattern is not null || SignerWorkflow is not null;
}
