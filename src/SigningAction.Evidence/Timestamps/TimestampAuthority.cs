using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Timestamps;

/// <summary>
/// A timestamp authority as a trusted root lists it. When the first certificate is not one of an authority it pins the signer: a token of this
/// authority is signed by that certificate and no other.
/// </summary>
public sealed class TimestampAuthority
{
    private CertificatePath? _signerPath;

    private TimestampAuthority(Certificate? signer, CertificateChain chain, Validity validFor, string? operatorName)
    {
        Signer = signer;
        Chain = chain;
        ValidFor = validFor;
        Operator = operatorName;
    }

    /// <summary>The pinned signer, or null when tokens must carry theirs.</summary>
    public Certificate? Signer { get; }

    /// <summary>The authorities above the signer, the anchor last.</summary>
    public CertificateChain Chain { get; }

    /// <summary>The time for which the trusted root vouches, both ends included.</summary>
    public Validity ValidFor { get; }

    /// <summary>Who runs it, as the trusted root says; null where it does not.</summary>
    public string? Operator { get; }

    /// <summary>By whom it counts where several sources of time are asked for: two certificates of one operator, or of one anchor, are one opinion.</summary>
    internal string Source => Operator ?? Chain.Anchor.Subject.ToString();

    /// <summary>Parses the certificates of one authority.</summary>
    /// <param name="certificates">DER: the signer first where it is pinned, then its issuers, the anchor last.</param>
    /// <param name="validFor">The vouched time.</param>
    /// <param name="operatorName">Who runs it; null where that is not known.</param>
    /// <exception cref="EvidenceException">As <see cref="CertificateChain.Parse"/>: a signer without an issuer is <see cref="FailureCode.TrustedRootMalformed"/>.</exception>
    public static TimestampAuthority Parse(IReadOnlyList<ReadOnlyMemory<byte>> certificates, Validity validFor, string? operatorName = null)
    {
        if (certificates.Count is 0 or > Limits.ChainCertificates)
        {
            throw new EvidenceException(
                FailureCode.TrustedRootMalformed, $"A timestamp authority of the trusted root has {certificates.Count} certificates.");
        }

        var first = Certificate.Parse(certificates[0]);
        return first.ClaimsAuthority
            ? new TimestampAuthority(null, CertificateChain.Parse(certificates), validFor, operatorName)
            : new TimestampAuthority(first, CertificateChain.Parse([.. certificates.Skip(1)]), validFor, operatorName);
    }

    /// <summary>The path of a signer; that of the pinned one is built once.</summary>
    internal CertificatePath PathOf(Certificate signer, IReadOnlyList<Certificate> helpers) => Signer is null
        ? CertificatePath.Build(signer, Chain, Oids.TimeStamping, helpers)
        : _signerPath ??= CertificatePath.Build(Signer, Chain, Oids.TimeStamping, null);
}
