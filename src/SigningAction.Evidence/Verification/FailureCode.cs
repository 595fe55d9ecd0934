namespace SigningAction.Evidence.Verification;

/// <summary>
/// Why evidence is refused: a closed set. The text form (<see cref="FailureCodes.Text"/>) is stable and safe to show and to match in scripts.
/// </summary>
public enum FailureCode
{
    /// <summary>Never used: a default value is not a reason.</summary>
    None = 0,

    // --- Form ----------------------------------------------------------------------------------------------------

    /// <summary>No bundle was given or found: the artifact is not signed as far as anybody can tell.</summary>
    NoBundle,

    /// <summary>The bundle is not the JSON that its media type promises: syntax, unknown or duplicate member, wrong type, wrong base64.</summary>
    BundleMalformed,

    /// <summary>The bundle's media type is not one of v0.1 to v0.3.</summary>
    BundleVersion,

    /// <summary>A list is longer than its cap in Limits.</summary>
    TooMany,

    /// <summary>A value is larger than its cap in Limits.</summary>
    TooLarge,

    /// <summary>The trusted root is not valid JSON of a known media type, or an authority or log in it is incomplete.</summary>
    TrustedRootMalformed,

    /// <summary>The signing config is not valid JSON of a known media type, or its selection cannot be met.</summary>
    SigningConfigMalformed,

    /// <summary>The verification policy asks for nothing: an identity is required.</summary>
    NoPolicy,

    // --- Time ----------------------------------------------------------------------------------------------------

    /// <summary>No trusted time of the signature: no timestamp of an authority in the trusted root.</summary>
    NoTrustedTime,

    /// <summary>A timestamp does not parse as an RFC 3161 response, or carries trailing bytes.</summary>
    TimestampMalformed,

    /// <summary>A timestamp was made over other bytes than this signature.</summary>
    TimestampMismatch,

    /// <summary>A timestamp's own signature does not verify.</summary>
    TimestampSignature,

    /// <summary>A timestamp was signed by an authority that the trusted root does not list.</summary>
    TimestampUntrusted,

    /// <summary>The timestamp authority's certificate was not valid, or not a timestamping certificate, when it stamped.</summary>
    TimestampCertificate,

    /// <summary>The timestamp lies outside the time for which the trusted root vouches for its authority.</summary>
    TimestampOutsideTrust,

    // --- Signer --------------------------------------------------------------------------------------------------

    /// <summary>The certificate is not strict DER, or an extension in it does not parse.</summary>
    CertificateMalformed,

    /// <summary>The certificate parses but is no signing certificate: key usage, extended key usage, CA bit, serial, subject alternative name.</summary>
    CertificateProfile,

    /// <summary>The certificate was not issued by an authority in the trusted root.</summary>
    UntrustedIssuer,

    /// <summary>The certificate, or one above it, was not valid at a proven time of the signature.</summary>
    CertificateExpired,

    /// <summary>The certificate carries no signed certificate timestamp.</summary>
    SctMissing,

    /// <summary>A signed certificate timestamp does not parse.</summary>
    SctMalformed,

    /// <summary>No signed certificate timestamp comes from a log in the trusted root.</summary>
    SctUntrusted,

    /// <summary>A signed certificate timestamp does not verify for this certificate.</summary>
    SctSignature,

    /// <summary>The key is of a kind or size that is not accepted.</summary>
    KeyUnsupported,

    // --- Log -----------------------------------------------------------------------------------------------------

    /// <summary>The bundle has no log entry.</summary>
    NoLogEntry,

    /// <summary>The log entry is of a kind or version that is not accepted.</summary>
    LogEntryUnsupported,

    /// <summary>The log entry's body does not parse.</summary>
    LogEntryMalformed,

    /// <summary>The log entry is for another artifact, signature or key.</summary>
    LogEntryMismatch,

    /// <summary>The log is not in the trusted root, or not for that time.</summary>
    LogUntrusted,

    /// <summary>The same log entry is given twice: copies must not reach a threshold.</summary>
    LogEntryDuplicate,

    /// <summary>The inclusion proof is missing, of the wrong length, or leads to another root.</summary>
    InclusionProof,

    /// <summary>The checkpoint is missing or does not parse.</summary>
    CheckpointMalformed,

    /// <summary>The checkpoint names another log.</summary>
    CheckpointOrigin,

    /// <summary>The checkpoint is not signed by the log's key, or the signature does not verify.</summary>
    CheckpointSignature,

    // --- Content -------------------------------------------------------------------------------------------------

    /// <summary>The signature does not verify over the artifact or envelope.</summary>
    SignatureInvalid,

    /// <summary>A DSSE envelope must carry exactly one signature.</summary>
    SignatureCount,

    /// <summary>The artifact is not the one that was signed.</summary>
    DigestMismatch,

    /// <summary>Only the artifact's SHA-256 is known, and its bytes are needed to compute what was signed.</summary>
    ArtifactNeeded,

    /// <summary>The envelope's payload type is not in-toto's.</summary>
    PayloadType,

    /// <summary>The payload is not an in-toto statement.</summary>
    StatementMalformed,

    /// <summary>The artifact is not among the subjects of the statement.</summary>
    SubjectMismatch,

    /// <summary>The statement's predicate is of another type than asked for.</summary>
    PredicateType,

    // --- Identity ------------------------------------------------------------------------------------------------

    /// <summary>The certificate's OIDC issuer is another one.</summary>
    IssuerMismatch,

    /// <summary>The certificate's subject alternative name is another one.</summary>
    IdentityMismatch,

    /// <summary>The signature comes from another source repository.</summary>
    RepositoryMismatch,

    /// <summary>The signature comes from a repository of another owner.</summary>
    OwnerMismatch,

    /// <summary>The signature comes from another workflow.</summary>
    WorkflowMismatch,

    /// <summary>The signature comes from another branch or tag.</summary>
    SourceRefMismatch,

    /// <summary>The signature comes from another commit.</summary>
    SourceDigestMismatch,

    /// <summary>The signature was made on a self-hosted runner.</summary>
    SelfHostedRunner,

    /// <summary>The repository or owner has the id that was asked for, under another name than was asked for: it was renamed or transferred.</summary>
    NameMoved,

    /// <summary>The workflow file that signed is of another commit.</summary>
    SignerDigestMismatch,

    /// <summary>Another event started the run.</summary>
    EventMismatch,

    /// <summary>The job ran for another deployment environment, or for none.</summary>
    EnvironmentMismatch,

    /// <summary>The SLSA provenance says something else than the certificate about repository, commit, ref, workflow, run or builder.</summary>
    ProvenanceContradiction,

    // --- Policy of the consumer ----------------------------------------------------------------------------------

    /// <summary>No rule of the verification policy allows the signer, or a rule denies it.</summary>
    SignerNotAllowed,

    /// <summary>Fewer different allowed signers than the verification policy requires have signed what it requires.</summary>
    SignersMissing,

    /// <summary>The provenance names no builder that the verification policy accepts.</summary>
    BuilderMismatch,

    /// <summary>The signature is older than the verification policy accepts, or lies in the future of this machine's clock.</summary>
    SignatureAge,

    /// <summary>Fewer transparency logs prove the signature than the verification policy requires.</summary>
    LogThreshold,

    /// <summary>Fewer sources of time prove the signature than the verification policy requires.</summary>
    TimestampThreshold,

    // --- Releases ------------------------------------------------------------------------------------------------

    /// <summary>An attestation of the release names a file that is not there.</summary>
    ReleaseFileMissing,

    /// <summary>A file is there that the attestation of the whole release does not name, or names with another digest.</summary>
    ReleaseFileUnknown,

    /// <summary>The file was built from another repository or commit than the rest of the release.</summary>
    ReleaseMixed,
}
