using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>The signer of a bundle. One file a kind of signer: <see cref="CertificateSigner"/>, <see cref="ManagedKeySigner"/>.</summary>
internal abstract class SignerProof
{
    /// <summary>The key that must have signed.</summary>
    public abstract VerificationKey Key { get; }

    /// <summary>What a log entry names as verifier: DER certificate or DER SubjectPublicKeyInfo.</summary>
    public abstract ReadOnlyMemory<byte> Verifier { get; }

    /// <summary>Which of the two it is.</summary>
    public abstract bool IsCertificate { get; }

    /// <summary>The kind of signer that the policy asks for; a bundle of the other kind is refused.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.KeyMismatch"/>, and what is wrong with the certificate.</exception>
    public static SignerProof Read(Bundle bundle, VerificationPolicy policy, SignerCache known) =>
        (policy.Key, bundle.Signer.KeyHint) switch
        {
            (null, null) => CertificateSigner.Read(bundle, known),
            ({ } key, { } hint) => ManagedKeySigner.Read(bundle, key, hint),
            (null, _) => throw new EvidenceException(FailureCode.KeyMismatch, "The bundle was signed with a managed key, and none was given to verify it with."),
            _ => throw new EvidenceException(FailureCode.KeyMismatch, "The bundle was signed with a certificate, and a managed key was given to verify it with."),
        };

    /// <summary>Proves that the key holds at every proven time.</summary>
    public abstract void Prove(IReadOnlyList<VerifiedTime> times, TrustedRoot root, VerificationPolicy policy);

    /// <summary>Refuses a signer of another instance: asked where nothing of a bundle is known, because that names the cause.</summary>
    public abstract void RequireKnown(TrustedRoot root);
}
