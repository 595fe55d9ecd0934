using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Issuance;

/// <summary>A certificate that the ledger holds and that passed the checks of its customers. Only <see cref="CertificateIssuer"/> makes one.</summary>
public sealed class IssuedCertificate
{
    internal IssuedCertificate(SigningCertificate certificate) => Certificate = certificate;

    /// <summary>The certificate, with its embedded timestamp.</summary>
    public SigningCertificate Certificate { get; }
}
