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

    /// <summary>The verification policy asks for nothing: an identity or a key is required. Or its parts contradict each other.</summary>
    NoPolicy,

    // --- Trust by TUF --------------------------------------------------------------------------------------------

    /// <summary>TUF metadata is not what the TUF specification says: syntax, a duplicate, a threshold below 1, an unsafe name.</summary>
    TufMalformed,

    /// <summary>TUF metadata is not signed by as many different keys of its role as the root demands.</summary>
    TufSignature,

    /// <summary>The TUF repository offers an older version of something than was seen before.</summary>
    TufRollback,

    /// <summary>TUF metadata is past its time: nobody vouches that there is nothing newer.</summary>
    TufExpired,

    /// <summary>TUF metadata or a target is not the one that the signed metadata names: version, length or hash.</summary>
    TufMismatch,

    /// <summary>The TUF repository lacks a file that it names, or does not list the target that is needed.</summary>
    TufMissing,

    // --- Witnesses -----------------------------------------------------------------------------------------------

    /// <summary>The witness policy is no file of C2SP tlog-policy: syntax, an unknown name, a key that is not accepted.</summary>
    WitnessPolicyMalformed,

    /// <summary>The log's checkpoint is not cosigned by the quorum of witnesses that was asked for.</summary>
    WitnessQuorum,

    // --- Time ----------------------------------------------------------------------------------------------------

    /// <summary>No trusted time of the signature: no timestamp of an authority, and no promise of a log, in the trusted root.</summary>
    NoTrustedTime,

    /// <summary>A proven time of the signature is after the present.</summary>
    TimeInFuture,

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

    /// <summary>The bundle was signed by another kind of signer than asked for, or by another managed key than the one given.</summary>
    KeyMismatch,

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

    /// <summary>The log's promise of an entry and its time (signed entry timestamp) is missing where it must be there, or does not verify.</summary>
    InclusionPromise,

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

    /// <summary>
    /// The SLSA provenance says something else than the certificate: about the source's commit; in v0.2 also about its repository and ref; where the build type
    /// is GitHub's, about these and workflow, event, ids, run, runner or builder.
    /// </summary>
    ProvenanceContradiction,

    // --- Policy of the consumer ----------------------------------------------------------------------------------

    /// <summary>No rule of the verification policy allows the signer, or a rule denies it.</summary>
    SignerNotAllowed,

    /// <summary>Fewer different allowed signers than the verification policy requires have signed what it requires.</summary>
    SignersMissing,

    /// <summary>The provenance names no builder that the verification policy accepts, or one that the certificate does not name.</summary>
    BuilderMismatch,

    /// <summary>The signature is older than the verification policy accepts.</summary>
    SignatureAge,

    // --- Thresholds ----------------------------------------------------------------------------------------------

    /// <summary>Fewer independent logs, certificate logs or times vouch for the signature than the policy asks for.</summary>
    ThresholdNotMet,

    // --- Releases ------------------------------------------------------------------------------------------------

    /// <summary>An attestation of the release names a file that is not there.</summary>
    ReleaseFileMissing,

    /// <summary>A file is there that the attestation of the whole release does not name, or names with another digest.</summary>
    ReleaseFileUnknown,

    /// <summary>The file was built from another repository or commit than the rest of the release.</summary>
    ReleaseMixed,
}
