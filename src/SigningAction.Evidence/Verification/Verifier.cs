using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// Verifies bundles against one trusted root (client specification, section 4). It asks nobody and reads no clock: everything is in its arguments.
/// Keep it: parsed keys and checked chains stay with it. Safe for concurrent use.
/// </summary>
public sealed class Verifier
{
    private readonly TrustedRoot _root;

    /// <summary>A verifier that trusts <paramref name="root"/> and nothing else.</summary>
    public Verifier(TrustedRoot root) => _root = root;

    /// <summary>Verifies that <paramref name="bundle"/> is for <paramref name="artifact"/>, and signed as <paramref name="policy"/> asks.</summary>
    /// <exception cref="EvidenceException">With the reason; anything that is not proven is refused.</exception>
    public VerifiedBundle Verify(Bundle bundle, Artifact artifact, VerificationPolicy policy)
    {
        var requirements = policy.Requirements();
        LogInclusion.RequireKnownKinds(bundle);
        var certificate = SignerProof.Read(bundle);
        var content = SignedContent.Of(bundle, artifact, certificate.Key);

        // The order is the argument: a certificate of minutes can only be judged at a proven time, and only a judged key says anything about the rest.
        var times = SignatureTimes.Prove(bundle, _root);
        SignerProof.Prove(certificate, bundle, times, _root);
        var entries = LogInclusion.Prove(bundle, content.LogEntry(certificate), times, _root);
        content.RequireSignature(certificate.Key);
        var (statement, subject) = Attestation.Read(bundle.Envelope, artifact, policy.PredicateType);
        var identity = SignerProof.Identity(certificate);
        foreach (var requirement in requirements)
        {
            requirement.Require(identity);
        }

        policy.HomeOf(identity)?.Require(identity);
        policy.RequireAllowed(identity);
        ProvenanceAgreement.Require(statement, identity);

        return new VerifiedBundle(artifact.Sha256, certificate, identity, times, entries, statement, subject);
    }
}
