using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Issuance;

/// <summary>A certificate that the ledger holds and that passed the checks of its customers. Only <see cref="CertificateIssuer"/> makes one.</summary>
public sealed class IssuedCertificate
{
    internal IssuedCertificate(SigningCertificate certificate, long logIndex) => (Certificate, LogIndex) = (certificate, logIndex);

    /// <summary>The certificate, with its embedded timestamp.</summary>
    public SigningCertificate Certificate { get; }

    /// <summary>Its leaf in the certificate log.</summary>
    public long LogIndex { get; }
}
