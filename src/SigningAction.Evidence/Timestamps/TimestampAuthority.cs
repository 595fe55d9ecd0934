using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Timestamps;

/// <summary>
/// A timestamp authority as a trusted root lists it. When the first certificate is not one of an authority it pins the signer: a token of this
/// authority is signed by that certificate and no other.
/// </summary>
public sealed class TimestampAuthority
{
    private CertificatePath? _signerPath;

    private TimestampAuthority(Certificate? signer, CertificateChain chain, DateTimeOffset start, DateTimeOffset? end)
    {
        Signer = signer;
        Chain = chain;
        Start = start;
        End = end;
    }

    /// <summary>The pinned signer, or null when tokens must carry theirs.</summary>
    public Certificate? Signer { get; }

    /// <summary>The authorities above the signer, the anchor last.</summary>
    public CertificateChain Chain { get; }

    /// <summary>Start of the time for which the trusted root vouches, inclusive.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>End of that time, inclusive; null while it goes on.</summary>
    public DateTimeOffset? End { get; }

    /// <summary>Parses the certificates of one authority.</summary>
    /// <param name="certificates">DER: the signer first where it is pinned, then its issuers, the anchor last.</param>
    /// <param name="start">Start of the vouched time, inclusive.</param>
    /// <param name="end">Its end, inclusive; null while it goes on.</param>
    /// <exception cref="EvidenceException">As <see cref="CertificateChain.Parse"/>: a signer without an issuer is <see cref="FailureCode.TrustedRootMalformed"/>.</exception>
    public static TimestampAuthority Parse(IReadOnlyList<ReadOnlyMemory<byte>> certificates, DateTimeOffset start, DateTimeOffset? end)
    {
        if (certificates.Count is 0 or > Limits.ChainCertificates)
        {
            throw new EvidenceException(
                FailureCode.TrustedRootMalformed, $"A timestamp authority of the trusted root has {certificates.Count} certificates.");
        }

        var first = Certificate.Parse(certificates[0]);
        return first.ClaimsAuthority
            ? new TimestampAuthority(null, CertificateChain.Parse(certificates), start, end)
            : new TimestampAuthority(first, CertificateChain.Parse([.. certificates.Skip(1)]), start, end);
    }

    /// <summary>Whether the trusted root vouches for this authority at <paramref name="time"/>, ends included.</summary>
    public bool VouchesAt(DateTimeOffset time) => Start <= time && (End is not { } end || time <= end);

    /// <summary>The path of a signer; that of the pinned one is built once.</summary>
    internal CertificatePath PathOf(Certificate signer, IReadOnlyList<Certificate> helpers) => Signer is null
        ? CertificatePath.Build(signer, Chain, Oids.TimeStamping, helpers)
        : _signerPath ??= CertificatePath.Build(Signer, Chain, Oids.TimeStamping, null);
}
