using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Verification;

/// <summary>A bundle that verified. Only <see cref="Verifier"/> makes one: holding it is the proof.</summary>
public sealed class VerifiedBundle
{
    private readonly Lazy<string?> _builder;

    internal VerifiedBundle(
        Sha256Digest artifact,
        SignerProof signer,
        PipelineIdentity? identity,
        IReadOnlyList<VerifiedTime> times,
        IReadOnlyList<VerifiedLogEntry> logEntries,
        Statement? statement,
        Subject? subject)
    {
        Artifact = artifact;
        Certificate = (signer as CertificateSigner)?.Certificate;
        Key = signer.Key;
        Identity = identity;
        Times = times;
        LogEntries = logEntries;
        Statement = statement;
        Subject = subject;
        _builder = new Lazy<string?>(() => ProvenanceAgreement.BuilderId(statement));
    }

    /// <summary>SHA-256 of the artifact.</summary>
    public Sha256Digest Artifact { get; }

    /// <summary>The certificate whose key signed; null where a managed key did.</summary>
    public SigningCertificate? Certificate { get; }

    /// <summary>The key that signed: the certificate's, or the managed key that the policy named.</summary>
    public VerificationKey Key { get; }

    /// <summary>Who signed, as the certificate authority vouches; null where a managed key signed, for which nobody vouches but the caller.</summary>
    public PipelineIdentity? Identity { get; }

    /// <summary>Proven times of the signature; at least one.</summary>
    public IReadOnlyList<VerifiedTime> Times { get; }

    /// <summary>Proven log entries; at least one, unless the policy's profile or a dangerous option of it asks for none.</summary>
    public IReadOnlyList<VerifiedLogEntry> LogEntries { get; }

    /// <summary>What was attested; null for a plain signature. Its predicate is the workflow's own claim.</summary>
    public Statement? Statement { get; }

    /// <summary>The subject that the artifact matched; null for a plain signature.</summary>
    public Subject? Subject { get; }

    /// <summary>The builder that SLSA provenance names, by its own word; null for anything else. Read once: a predicate can have megabytes.</summary>
    internal string? Builder => _builder.Value;
}
