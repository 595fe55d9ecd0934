using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// Whether a signing certificate was issued by an authority of the trusted root, holds at given times, and was seen by a certificate log:
/// what a verifier asks of a bundle, and a signer of the answer that it just got.
/// </summary>
public static class CertificateVerifier
{
    /// <summary>Proves the path at every time, and the signed certificate timestamps where the profile needs them.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="times">Times at which the whole path must hold; at least one.</param>
    /// <param name="root">Whom to trust.</param>
    /// <param name="helpers">Certificates that may lead to an authority of the root, and are never an anchor.</param>
    /// <param name="profile">What the instance is known to give as proof; <see cref="TrustProfile.Sigstore"/> where nothing is said.</param>
    /// <exception cref="EvidenceException">With the reason of the authority that came closest.</exception>
    public static void Verify(
        SigningCertificate certificate, IReadOnlyList<DateTimeOffset> times, TrustedRoot root, IReadOnlyList<Certificate>? helpers = null, TrustProfile? profile = null)
    {
        profile ??= TrustProfile.Sigstore;
        if (times.Count == 0)
        {
            throw new EvidenceException(FailureCode.NoTrustedTime, "No time is given at which the certificate could be judged.");
        }

        var path = FindPath(root, times, authority => CertificatePath.Build(certificate, authority.Chain, helpers));
        profile.RequireIssuer(path.Issuer);
        if (profile.NeedsLogs)
        {
            _ = RequireLogged(certificate, path.Issuer, root, []);
        }
    }

    /// <summary>The path to the first authority for which it holds at all times.</summary>
    /// <param name="root">Whom to trust.</param>
    /// <param name="times">Proven times; without any, who issued it is the only question.</param>
    /// <param name="build">Builds the path to one authority.</param>
    internal static CertificatePath FindPath(TrustedRoot root, IReadOnlyList<DateTimeOffset> times, Func<CertificateAuthority, CertificatePath> build)
    {
        EvidenceException? closest = null;
        foreach (var authority in root.CertificateAuthorities)
        {
            try
            {
                var path = build(authority);
                foreach (var time in times)
                {
                    path.CheckValidAt(time);
                    if (!authority.ValidFor.Contains(time))
                    {
                        throw new EvidenceException(FailureCode.UntrustedIssuer, $"The trusted root does not vouch for {authority.Uri} at {time:u}.");
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

    /// <summary>The verified timestamps of known certificate logs, one a log; at least one.</summary>
    internal static IReadOnlyList<SignedCertificateTimestamp> RequireLogged(
        SigningCertificate certificate, Certificate issuer, TrustedRoot root, IReadOnlyList<SignedCertificateTimestamp> detached) =>
        CertificateTransparency.Verify(
            certificate, issuer, sct => root.CertificateLogsOf(sct.LogId).FirstOrDefault(log => log.ValidFor.Contains(sct.Time))?.Key, detached);
}
