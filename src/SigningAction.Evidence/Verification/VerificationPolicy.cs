using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// Who must have signed, and what. Everything that is set must hold; a policy that names nobody is refused.
/// Meanings are those of <c>gh attestation verify</c>; names of owners, repositories and workflows are compared without regard to ASCII case, as there.
/// </summary>
public sealed record VerificationPolicy
{
    /// <summary>Issuer of GitHub's workflow tokens: what is asked for unless a policy says otherwise.</summary>
    public const string GitHubIssuer = "https://token.actions.githubusercontent.com";

    /// <summary>
    /// OIDC issuer of the signer, compared exactly. Ignored where <see cref="IssuerPattern"/> is set. Null asks for none, and is accepted only beside <see cref="Signers"/>,
    /// where each rule has its own.
    /// </summary>
    public string? Issuer { get; init; } = GitHubIssuer;

    /// <summary>Rules of which one must allow the signer and none may deny it; null where there are none. They name somebody, so nothing else has to.</summary>
    public SigningPolicy? Signers { get; init; }

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

    /// <summary>Workflow that signed, without its ref: <c>[HOST/]OWNER/NAME/PATH/FILE</c>. Not enough alone: anybody can call a public workflow.</summary>
    public string? SignerWorkflow { get; init; }

    /// <summary>Ref of the source, for example <c>refs/heads/main</c>.</summary>
    public string? SourceRef { get; init; }

    /// <summary>Commit of the source.</summary>
    public string? SourceDigest { get; init; }

    /// <summary>Refuses signatures made on self-hosted runners, and those that do not say where they were made.</summary>
    public bool DenySelfHostedRunners { get; init; }

    /// <summary>Predicate type that an attestation must have; null takes any. A plain signature has none and is refused where one is asked for.</summary>
    public string? PredicateType { get; init; }

    /// <summary>Server of repositories and owners, without a trailing slash.</summary>
    public string Server { get; init; } = "https://github.com";

    /// <summary>The policy in the terms of the one matcher, in the order in which a refusal looks for its reason.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.NoPolicy"/> when nobody is named, or a value is empty.</exception>
    internal IReadOnlyList<IdentityRequirement> Requirements()
    {
        string?[] values = [Issuer, Identity, Repository, Owner, SignerWorkflow, SourceRef, SourceDigest, PredicateType];
        if (values.Any(value => value?.Length == 0))
        {
            throw new EvidenceException(FailureCode.NoPolicy, "The policy has an empty value, which would ask for nothing.");
        }

        var namesSigner = Identity is not null || IdentityPattern is not null || SignerWorkflow is not null || Signers is not null;
        if (!namesSigner && Repository is null && Owner is null)
        {
            throw new EvidenceException(FailureCode.NoPolicy, "No identity was given, so anybody's signature would do.");
        }

        if (Issuer is null && IssuerPattern is null && Signers is null)
        {
            throw new EvidenceException(FailureCode.NoPolicy, "No OIDC issuer is asked for, and the same name is another signer at another issuer.");
        }

        // Anybody may call a public workflow from a repository of his own: what it builds there is his.
        if (SignerWorkflow is not null && (Repository ?? Owner ?? Identity) is null && IdentityPattern is null && Signers is null)
        {
            throw new EvidenceException(FailureCode.NoPolicy, "A workflow is named but not whose repository it may sign for, and anybody can call a workflow.");
        }

        var list = new List<IdentityRequirement>();
        Add(list, FailureCode.IssuerMismatch, "OIDC issuer", PipelineClaim.Issuer, IssuerPattern is null ? Issuer : null, IssuerPattern);
        Add(list, FailureCode.IdentityMismatch, "identity", PipelineClaim.SignerUri, Identity, null);
        Add(list, FailureCode.IdentityMismatch, "identity", PipelineClaim.SignerUri, null, IdentityPattern);
        AddName(list, FailureCode.OwnerMismatch, "owner of the repository", PipelineClaim.OwnerUri, Owner);
        AddName(list, FailureCode.RepositoryMismatch, "source repository", PipelineClaim.RepositoryUri, Repository);
        AddName(list, FailureCode.WorkflowMismatch, "signing workflow", PipelineClaim.SignerWorkflowUri, SignerWorkflow);
        if (!namesSigner)
        {
            var home = UriOf((Repository ?? Owner)!);
            list.Add(new(FailureCode.WorkflowMismatch, "signing workflow", $"one below {home} (name another with --signer-workflow)",
                Condition.Matching(PipelineClaim.SignerWorkflowUri, AnchoredPattern.Below(home))));
        }

        Add(list, FailureCode.SourceRefMismatch, "source ref", PipelineClaim.Ref, SourceRef, null);
        Add(list, FailureCode.SourceDigestMismatch, "source commit", PipelineClaim.Commit, SourceDigest, null);
        Add(list, FailureCode.SelfHostedRunner, "kind of runner", PipelineClaim.Runner, DenySelfHostedRunners ? "github-hosted" : null, null);
        return list;
    }

    /// <exception cref="EvidenceException"><see cref="FailureCode.SignerNotAllowed"/>.</exception>
    internal void RequireAllowed(PipelineIdentity signer)
    {
        if (Signers?.Decide(signer) is { IsAllowed: false } decision)
        {
            throw new EvidenceException(FailureCode.SignerNotAllowed, decision.Sentence());
        }
    }

    private static void Add(List<IdentityRequirement> list, FailureCode code, string what, PipelineClaim claim, string? value, AnchoredPattern? pattern)
    {
        if (value is not null)
        {
            list.Add(new(code, what, value, Condition.OneOf(claim, value)));
        }
        else if (pattern is not null)
        {
            list.Add(new(code, what, $"a match of {pattern}", Condition.Matching(claim, pattern)));
        }
    }

    private void AddName(List<IdentityRequirement> list, FailureCode code, string what, PipelineClaim claim, string? name)
    {
        if (name is not null)
        {
            list.Add(new(code, what, UriOf(name), Condition.Matching(claim, AnchoredPattern.OfName(UriOf(name)))));
        }
    }

    private string UriOf(string name)
    {
        var host = Server[(Server.IndexOf("//", StringComparison.Ordinal) + 2)..] + "/";
        var uri = $"{Server}/{(name.StartsWith(host, StringComparison.OrdinalIgnoreCase) ? name[host.Length..] : name)}";
        return uri.Length <= Limits.PatternCharacters
            ? uri
            : throw new EvidenceException(FailureCode.NoPolicy, "The policy's repository, owner or workflow is too long.");
    }
}
