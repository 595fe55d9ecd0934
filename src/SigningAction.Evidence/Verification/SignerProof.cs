using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>The key, valid at all proven times: path, profile, signed certificate timestamp. One file a kind of signer; this one reads certificates.</summary>
internal static class SignerProof
{
    /// <summary>The signer's certificate, parsed and of the right profile; nothing proven.</summary>
    public static SigningCertificate Read(Bundle bundle) => bundle.Signer.KeyHint is null
        ? SigningCertificate.Parse(bundle.Signer.Certificate)
        : throw new EvidenceException(FailureCode.KeyUnsupported, "The bundle was signed with a managed key, not with a certificate.");

    /// <summary>Who the certificate says it is.</summary>
    public static PipelineIdentity Identity(SigningCertificate certificate) => certificate.Identity
        ?? throw new EvidenceException(FailureCode.CertificateProfile, "The certificate does not say which OIDC issuer knows the signer.");

    /// <summary>Proves who issued the certificate, at every proven time, and that a certificate log saw it.</summary>
    public static void Prove(SigningCertificate certificate, Bundle bundle, IReadOnlyList<VerifiedTime> times, TrustedRoot root)
    {
        var path = Path(certificate, Helpers(bundle), times, root);
        CertificateTransparency.Verify(
            certificate, path.Issuer, sct => root.CertificateLog(sct.LogId) is { } log && log.ValidFor.Contains(sct.Time) ? log.Key : null);
    }

    /// <summary>The path to the first authority for which it holds at all times.</summary>
    private static CertificatePath Path(SigningCertificate certificate, IReadOnlyList<Certificate> helpers, IReadOnlyList<VerifiedTime> times, TrustedRoot root)
    {
        EvidenceException? closest = null;
        foreach (var authority in root.CertificateAuthorities)
        {
            try
            {
                var path = CertificatePath.Build(certificate, authority.Chain, helpers);
                foreach (var time in times)
                {
                    path.CheckValidAt(time.Time);
                    if (!authority.ValidFor.Contains(time.Time))
                    {
                        throw new EvidenceException(FailureCode.UntrustedIssuer, $"The trusted root does not vouch for {authority.Uri} at {time.Time:u}.");
                    }
                }

                return path;
            }
            catch (EvidenceException e)
            {
                // An authority that issued it and is out of date says more than one that did not.
                closest = closest is null or { Code: FailureCode.UntrustedIssuer } ? e : closest;
            }
        }

        throw closest ?? new EvidenceException(FailureCode.UntrustedIssuer, "The trusted root lists no certificate authority.");
    }

    /// <summary>Certificates of the bundle never anchor anything; a root among them is the sign of a writer that thinks they do (v0.1, v0.2).</summary>
    private static List<Certificate> Helpers(Bundle bundle)
    {
        List<Certificate> helpers = [.. bundle.Signer.Intermediates.Select(Certificate.Parse)];
        return helpers.Any(certificate => certificate.Issuer.Equals(certificate.Subject))
            ? throw new EvidenceException(FailureCode.BundleMalformed, "The bundle holds a root certificate.")
            : helpers;
    }
}
