using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// The authority certificates of one instance as a trusted root gives them: the issuing one first, the anchor last. The anchor is trusted because
/// it is there; it may be an intermediate, and what it says about its own issuer is not looked at.
/// Keep instances: the signatures inside are verified once.
/// </summary>
public sealed class CertificateChain
{
    private volatile bool _signaturesVerified;

    /// <summary>A chain of certificates that are parsed already.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TrustedRootMalformed"/>: empty, too long, not in order, or not all authorities.</exception>
    public CertificateChain(IReadOnlyList<Certificate> certificates)
    {
        if (certificates.Count is 0 or > Limits.ChainCertificates)
        {
            throw Malformed($"has {certificates.Count} certificates");
        }

        for (var i = 0; i < certificates.Count; i++)
        {
            if (!certificates[i].IsAuthority || !certificates[i].KeyUsage.HasFlag(KeyUsages.KeyCertSign))
            {
                throw Malformed($"has a member that is no authority: {certificates[i]}");
            }

            if (i + 1 < certificates.Count && !CertificatePath.Names(certificates[i + 1], certificates[i]))
            {
                throw Malformed($"is not in order at {certificates[i]}");
            }
        }

        Certificates = certificates;
    }

    /// <summary>The issuing authority first, the anchor last.</summary>
    public IReadOnlyList<Certificate> Certificates { get; }

    /// <summary>The certificate that is trusted as it is.</summary>
    public Certificate Anchor => Certificates[^1];

    /// <summary>Parses the certificates of one authority.</summary>
    /// <param name="certificates">DER, the issuing one first, the anchor last.</param>
    /// <exception cref="EvidenceException">As <see cref="Certificate.Parse"/>, and <see cref="FailureCode.TrustedRootMalformed"/>.</exception>
    public static CertificateChain Parse(IReadOnlyList<ReadOnlyMemory<byte>> certificates)
    {
        if (certificates.Count > Limits.ChainCertificates)
        {
            throw Malformed($"has {certificates.Count} certificates");
        }

        return new CertificateChain([.. certificates.Select(Certificate.Parse)]);
    }

    /// <summary>
    /// Verifies every signature below the anchor, once. Not in the constructor: a trusted root lists authorities that the bundle at hand
    /// never needs, and the public ones have P-384 keys, whose verification costs twelve times that of P-256.
    /// </summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TrustedRootMalformed"/> or <see cref="FailureCode.KeyUnsupported"/>.</exception>
    internal void VerifySignatures()
    {
        if (_signaturesVerified)
        {
            return;
        }

        for (var i = 0; i + 1 < Certificates.Count; i++)
        {
            if (!Certificates[i].IsSignedBy(Certificates[i + 1]))
            {
                throw Malformed($"has a signature that does not verify: {Certificates[i]}");
            }
        }

        _signaturesVerified = true; // Two threads at once do the work twice, with the same result.
    }

    private static EvidenceException Malformed(string fault) =>
        new(FailureCode.TrustedRootMalformed, $"A certificate chain of the trusted root {fault}.");
}
