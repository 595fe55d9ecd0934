using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Verification;

/// <summary>A bundle that verified. Only <see cref="Verifier"/> makes one: holding it is the proof.</summary>
public sealed class VerifiedBundle
{
    internal VerifiedBundle(
        Sha256Digest artifact,
        SigningCertificate certificate,
        PipelineIdentity identity,
        IReadOnlyList<VerifiedTime> times,
        IReadOnlyList<VerifiedLogEntry> logEntries,
        Statement? statement,
        Subject? subject)
    {
        Artifact = artifact;
        Certificate = certificate;
        Identity = identity;
        Times = times;
        LogEntries = logEntries;
        Statement = statement;
        Subject = subject;
    }

    /// <summary>SHA-256 of the artifact.</summary>
    public Sha256Digest Artifact { get; }

    /// <summary>The certificate whose key signed.</summary>
    public SigningCertificate Certificate { get; }

    /// <summary>Who signed, as the certificate authority vouches.</summary>
    public PipelineIdentity Identity { get; }

    /// <summary>Proven times of the signature; at least one.</summary>
    public IReadOnlyList<VerifiedTime> Times { get; }

    /// <summary>Proven log entries; at least one.</summary>
    public IReadOnlyList<VerifiedLogEntry> LogEntries { get; }

    /// <summary>What was attested; null for a plain signature. Its predicate is the workflow's own claim.</summary>
    public Statement? Statement { get; }

    /// <summary>The subject that the artifact matched; null for a plain signature.</summary>
    public Subject? Subject { get; }
}
