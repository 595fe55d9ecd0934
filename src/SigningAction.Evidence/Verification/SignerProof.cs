using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>The signer of a bundle. One file a kind of signer; this one reads certificates.</summary>
internal static class SignerProof
{
    /// <summary>The signer's certificate, parsed and of the right profile; nothing proven.</summary>
    public static SigningCertificate Read(Bundle bundle) => bundle.Signer.KeyHint is null
        ? SigningCertificate.Parse(bundle.Signer.Certificate)
        : throw new EvidenceException(FailureCode.KeyUnsupported, "The bundle was signed with a managed key, not with a certificate.");

    /// <summary>Who the certificate says it is.</summary>
    public static PipelineIdentity Identity(SigningCertificate certificate) => certificate.Identity
        ?? throw new EvidenceException(FailureCode.CertificateProfile, "The certificate does not say which OIDC issuer knows the signer.");

    /// <summary>Proves that the certificate holds at every proven time.</summary>
    public static void Prove(SigningCertificate certificate, Bundle bundle, IReadOnlyList<VerifiedTime> times, TrustedRoot root) =>
        CertificateVerifier.Verify(certificate, [.. times.Select(time => time.Time)], root, Helpers(bundle));

    /// <summary>Certificates of the bundle never anchor anything; a root among them is the sign of a writer that thinks they do (v0.1, v0.2).</summary>
    private static List<Certificate> Helpers(Bundle bundle)
    {
        List<Certificate> helpers = [.. bundle.Signer.Intermediates.Select(Certificate.Parse)];
        return helpers.Any(certificate => certificate.Issuer.Equals(certificate.Subject))
            ? throw new EvidenceException(FailureCode.BundleMalformed, "The bundle holds a root certificate.")
            : helpers;
    }
}
