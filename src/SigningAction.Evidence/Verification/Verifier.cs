using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// Verifies bundles against one trusted root (client specification, section 4). It asks nobody and reads no clock: everything is in its arguments.
/// Keep it: parsed keys, proven signers and proven checkpoints stay with it, bounded. Safe for concurrent use.
/// </summary>
public sealed class Verifier
{
    private readonly TrustedRoot _root;
    private readonly SignerCache _signers = new();
    private readonly CheckpointCache _checkpoints = new();

    /// <summary>A verifier that trusts <paramref name="root"/> and nothing else.</summary>
    public Verifier(TrustedRoot root) => _root = root;

    /// <summary>Verifies that <paramref name="bundle"/> is for <paramref name="artifact"/>, and signed as <paramref name="policy"/> asks.</summary>
    /// <exception cref="EvidenceException">With the reason; anything that is not proven is refused.</exception>
    public VerifiedBundle Verify(Bundle bundle, Artifact artifact, VerificationPolicy policy)
    {
        var asked = AskedIdentity.Of(policy);
        OwnEntry.RequireKnownKinds(bundle);
        var signer = SignerProof.Read(bundle, policy, _signers);
        var content = SignedContent.Of(bundle, artifact, signer.Key);
        var entries = OwnEntry.Of(bundle, content, signer);

        // The order is the argument: a certificate of minutes can only be judged at a proven time, and only a judged key says anything about the rest.
        var times = Times(bundle, entries, signer, policy);
        signer.Prove(times, _root, policy);
        var proven = LogInclusion.Prove(entries, times, _root, policy, _checkpoints);
        content.RequireSignature(signer.Key);
        var (statement, subject) = Attestation.Read(bundle.Envelope, artifact, policy.PredicateType);
        var identity = (signer as CertificateSigner)?.Identity();
        asked.Require(identity);
        if (identity is not null && !policy.DangerouslyAcceptContradiction)
        {
            ProvenanceAgreement.Require(statement, identity);
        }

        _signers.Keep(signer);
        return new VerifiedBundle(artifact.Sha256, signer, identity, times, proven, statement, subject);
    }

    private IReadOnlyList<VerifiedTime> Times(Bundle bundle, IReadOnlyList<OwnEntry> entries, SignerProof signer, VerificationPolicy policy)
    {
        try
        {
            return SignatureTimes.Prove(bundle, entries, _root, policy);
        }
        catch (EvidenceException e) when (e.Code is FailureCode.NoTrustedTime or FailureCode.TimestampUntrusted or FailureCode.LogUntrusted)
        {
            // A bundle of another instance has neither authority nor log in common with this root; that it is another instance's is the reason to give.
            signer.RequireKnown(_root);
            throw;
        }
    }
}
