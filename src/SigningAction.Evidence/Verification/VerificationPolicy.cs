using SigningAction.Evidence.Certificates;
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
    public bool AsksForIdentity =>
        Issuer != GitHubIssuer || DenySelfHostedRunners || IssuerPattern is not null || IdentityPattern is not null || Signers is not null
        || (Identity ?? Repository ?? Owner ?? RepositoryId ?? OwnerId) is not null
        || (SignerWorkflow ?? SignerRepository ?? SignerDigest ?? SourceRef ?? SourceDigest ?? Event ?? Environment) is not null;

    /// <summary>Whether a log must hold the signature. Witnesses are of a log: who demands them demands one.</summary>
    internal bool NeedsLog => LogThreshold is not null || Witnesses is not null || (Profile.NeedsLogs && !DangerouslySkipTransparencyLog);

    internal bool NeedsCertificateLog => CertificateLogThreshold is not null || (Profile.NeedsLogs && !DangerouslySkipCertificateTransparency);
}
