using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// Who must have signed, and what. Everything that is set must hold; a policy that names nobody is refused.
/// Meanings are those of <c>gh attestation verify</c>; names of owners, repositories and workflows are compared without regard to ASCII case, as there.
/// </summary>
public sealed record VerificationPolicy
{
    /// <summary>Issuer of GitHub's workflow tokens: what is asked for unless a policy says otherwise.</summary>
    public const string GitHubIssuer = "https://token.actions.githubusercontent.com";

    private const string NameAnother = " (name another with --signer-workflow)";

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

    /// <summary>Repository whose workflow signed, <c>OWNER/NAME</c> on <see cref="Server"/>. Not enough alone, as <see cref="SignerWorkflow"/>.</summary>
    public string? SignerRepository { get; init; }

    /// <summary>Commit of the workflow file that signed.</summary>
    public string? SignerDigest { get; init; }

    /// <summary>Numeric id of the source repository. It stays when the repository is renamed or transferred, and is never given to another.</summary>
    public string? RepositoryId { get; init; }

    /// <summary>Numeric id of the source repository's owner.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Event that started the run, for example <c>push</c>.</summary>
    public string? Event { get; init; }

    /// <summary>Deployment environment of the job.</summary>
    public string? Environment { get; init; }

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

    /// <summary>A managed key that must have signed, instead of an identity: nothing of the above can be asked beside it but the predicate type.</summary>
    public VerificationKey? Key { get; init; }

    /// <summary>When <see cref="Key"/> may have signed, both ends included; null for ever.</summary>
    public Validity? KeyValidity { get; init; }

    /// <summary>What the instance is known to give as proof; what it does not say is demanded.</summary>
    public TrustProfile Profile { get; init; } = TrustProfile.Sigstore;

    /// <summary>
    /// Logs of how many operators must hold the signature; at least 1. Logs whose operator the root does not name count by name. Null asks for what
    /// <see cref="Profile"/> asks for, one or none; a number is asked for whatever the profile, and whatever is skipped.
    /// </summary>
    public int? LogThreshold { get; init; }

    /// <summary>Certificate logs of how many operators must have seen the certificate; at least 1. Null as for <see cref="LogThreshold"/>.</summary>
    public int? CertificateLogThreshold { get; init; }

    /// <summary>
    /// How many operators (of timestamp authorities, and of logs that promise) must vouch for a time; at least 1. Where the root names no operator, an authority counts by its
    /// anchor and a log by name.
    /// </summary>
    public int TimeThreshold { get; init; } = 1;

    /// <summary>Witnesses that must have cosigned the checkpoint of every log entry that counts; null asks for none. It demands a log even where nothing else does.</summary>
    public WitnessPolicy? Witnesses { get; init; }

    /// <summary>The present, where the caller has a clock: a time after it is refused. Null where there is none; nothing else is judged at the present.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>
    /// Accepts timestamps of certificate logs that came beside the certificate instead of in it (an authority that answers with a detached SCT), and verifies them as
    /// embedded ones. DANGEROUS: a bundle has no place for them, so who else verifies it sees an unlogged certificate, and one that is lost cannot be had again.
    /// Only for a private authority that answers so.
    /// </summary>
    public IReadOnlyList<SignedCertificateTimestamp> DangerouslyAcceptDetachedScts { get; init; } = [];

    /// <summary>
    /// Accepts certificates that no certificate log has seen. DANGEROUS: a certificate authority that is broken into, or lies, can then sign as anybody and nobody
    /// will ever know. Only for a private authority that has no such log.
    /// </summary>
    public bool DangerouslySkipCertificateTransparency { get; init; }

    /// <summary>
    /// Accepts signatures that no transparency log holds. DANGEROUS: a stolen key or token can then be used without leaving a trace. An entry that is there must
    /// still be this signature's, and one of a known log must still verify.
    /// </summary>
    public bool DangerouslySkipTransparencyLog { get; init; }

    /// <summary>
    /// Accepts SLSA provenance that contradicts the certificate. DANGEROUS: people read provenance, and its repository and commit are then whatever the workflow wrote.
    /// Only for statements about other builds, where nobody takes the predicate for proven.
    /// </summary>
    public bool DangerouslyAcceptContradiction { get; init; }

    /// <summary>Whether anything is asked that only a certificate can answer.</summary>
    public bool AsksForIdentity => Issuer != GitHubIssuer || DenySelfHostedRunners || IssuerPattern is not null || IdentityPattern is not null
        || Signers is not null
        || (Identity ?? Repository ?? Owner ?? RepositoryId ?? OwnerId ?? SignerWorkflow ?? SignerRepository ?? SignerDigest ?? SourceRef ?? SourceDigest ?? Event ?? Environment) is not null;

    /// <summary>Whether a log must hold the signature. Witnesses are of a log: who demands them demands one.</summary>
    internal bool NeedsLog => LogThreshold is not null || Witnesses is not null || (Profile.NeedsLogs && !DangerouslySkipTransparencyLog);

    internal bool NeedsCertificateLog => CertificateLogThreshold is not null || (Profile.NeedsLogs && !DangerouslySkipCertificateTransparency);

    private bool NamesSigner => Identity is not null || IdentityPattern is not null || SignerWorkflow is not null || SignerRepository is not null || Signers is not null;

    /// <summary>The policy in the terms of the one matcher, in the order in which a refusal looks for its reason.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.NoPolicy"/> when nobody is named, or a value is empty.</exception>
    internal IReadOnlyList<IdentityRequirement> Requirements()
    {
        string?[] values =
        [
            Issuer, Identity, Repository, Owner, RepositoryId, OwnerId, SignerWorkflow, SignerRepository, SignerDigest, SourceRef, SourceDigest, Event, Environment, PredicateType,
        ];
        if (values.Any(value => value?.Length == 0))
        {
            throw new EvidenceException(FailureCode.NoPolicy, "The policy has an empty value, which would ask for nothing.");
        }

        if (LogThreshold < 1 || CertificateLogThreshold < 1 || TimeThreshold < 1)
        {
            throw new EvidenceException(FailureCode.NoPolicy, "A threshold of the policy is below 1.");
        }

        if (Key is not null || KeyValidity is not null)
        {
            RequireKeyAlone();
            return [];
        }

        var namesSource = (Repository ?? Owner ?? RepositoryId ?? OwnerId) is not null;
        if (!NamesSigner && !namesSource)
        {
            throw new EvidenceException(FailureCode.NoPolicy, "No identity was given, so anybody's signature would do.");
        }

        if (Issuer is null && IssuerPattern is null && Signers is null)
        {
            throw new EvidenceException(FailureCode.NoPolicy, "No OIDC issuer is asked for, and the same name is another signer at another issuer.");
        }

        // Anybody may call a public workflow from a repository of his own: what it builds there is his.
        if ((SignerWorkflow ?? SignerRepository) is not null && !namesSource && Identity is null && IdentityPattern is null && Signers is null)
        {
            throw new EvidenceException(FailureCode.NoPolicy, "A workflow is named but not whose repository it may sign for, and anybody can call a workflow.");
        }

        var list = new List<IdentityRequirement>();
        Add(list, FailureCode.IssuerMismatch, "OIDC issuer", PipelineClaim.Issuer, IssuerPattern is null ? Issuer : null, IssuerPattern);
        Add(list, FailureCode.IdentityMismatch, "identity", PipelineClaim.SignerUri, Identity, null);
        Add(list, FailureCode.IdentityMismatch, "identity", PipelineClaim.SignerUri, null, IdentityPattern);
        Add(list, FailureCode.OwnerMismatch, "id of the repository's owner", PipelineClaim.OwnerId, OwnerId, null);
        Add(list, FailureCode.RepositoryMismatch, "id of the source repository", PipelineClaim.RepositoryId, RepositoryId, null);

        // The ids were asked first: where one holds and its name does not, the name moved.
        AddName(list, (OwnerId ?? RepositoryId) is null ? FailureCode.OwnerMismatch : FailureCode.NameMoved, "owner of the repository", PipelineClaim.OwnerUri, Owner);
        AddName(list, RepositoryId is null ? FailureCode.RepositoryMismatch : FailureCode.NameMoved, "source repository", PipelineClaim.RepositoryUri, Repository);
        AddName(list, FailureCode.WorkflowMismatch, "signing workflow", PipelineClaim.SignerWorkflowUri, SignerWorkflow);
        AddHome(list, SignerRepository is null ? null : UriOf(SignerRepository), string.Empty);
        AddHome(list, !NamesSigner && (Repository ?? Owner) is { } home ? UriOf(home) : null, NameAnother);
        Add(list, FailureCode.SignerDigestMismatch, "commit of the signing workflow", PipelineClaim.WorkflowCommit, SignerDigest, null);
        Add(list, FailureCode.SourceRefMismatch, "source ref", PipelineClaim.Ref, SourceRef, null);
        Add(list, FailureCode.SourceDigestMismatch, "source commit", PipelineClaim.Commit, SourceDigest, null);
        Add(list, FailureCode.SelfHostedRunner, "kind of runner", PipelineClaim.Runner, DenySelfHostedRunners ? "github-hosted" : null, null);
        Add(list, FailureCode.EventMismatch, "event", PipelineClaim.Event, Event, null);
        Add(list, FailureCode.EnvironmentMismatch, "deployment environment", PipelineClaim.Environment, Environment, null);
        return list;
    }

    private void RequireKeyAlone()
    {
        if (Key is null || AsksForIdentity)
        {
            throw new EvidenceException(FailureCode.NoPolicy, "A managed key has no identity: the policy asks either for the key or for an identity.");
        }

        if (!Profile.NeedsLogs)
        {
            throw new EvidenceException(FailureCode.NoPolicy, $"The instance {Profile.Name} signs with certificates, and the policy asks for a key.");
        }
    }

    /// <exception cref="EvidenceException"><see cref="FailureCode.SignerNotAllowed"/>.</exception>
    internal void RequireAllowed(PipelineIdentity signer)
    {
        if (Signers?.Decide(signer) is { IsAllowed: false } decision)
        {
            throw new EvidenceException(FailureCode.SignerNotAllowed, decision.Sentence());
        }
    }

    /// <summary>
    /// Where only ids are given and no signer, the workflow must be of the very repository or owner that has the id, under whatever name the certificate gives it:
    /// known when the certificate is.
    /// </summary>
    internal IdentityRequirement? HomeOf(PipelineIdentity signer)
    {
        if (NamesSigner || (Repository ?? Owner) is not null)
        {
            return null;
        }

        var home = RepositoryId is null ? signer.OwnerUri : signer.RepositoryUri;
        var list = new List<IdentityRequirement>();
        AddHome(list, string.IsNullOrEmpty(home) ? throw new EvidenceException(FailureCode.WorkflowMismatch, "The certificate does not name the repository that has the id.") : home, NameAnother);
        return list[0];
    }

    private static void Add(List<IdentityRequirement> list, FailureCode code, string what, PipelineClaim claim, string? value, AnchoredPattern? pattern)
    {
        if (value is not null)
        {
            list.Add(new(code, what, value, Condition.OneOf(claim, value)));
        }
        else if (pattern is not null)
        {
            list.Add(new(code, what, $"a match of the whole text with {pattern} (a part is no match: write the rest of the pattern, or ask by --owner or --repo)", Condition.Matching(claim, pattern)));
        }
    }

    private static void AddHome(List<IdentityRequirement> list, string? home, string hint)
    {
        if (home is not null)
        {
            list.Add(new(FailureCode.WorkflowMismatch, "signing workflow", $"one below {home}{hint}",
                Condition.Matching(PipelineClaim.SignerWorkflowUri, AnchoredPattern.Below(home))));
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
