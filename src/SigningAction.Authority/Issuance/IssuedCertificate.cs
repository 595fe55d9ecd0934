using SigningAction.Authority.Ledger;

namespace SigningAction.Authority.Issuance;

/// <summary>
/// A certificate that the ledger holds and that passed the checks of its customers. Only <see cref="CertificateIssuer"/> makes one. Its bytes and not
/// the parsed certificate, which is ten times as large: thousands are remembered, and what is remembered is copied by the collector first.
/// </summary>
public sealed class IssuedCertificate
{
    internal IssuedCertificate(ReadOnlyMemory<byte> der, AuditCertificate record) => (Der, Record) = (der, record);

    /// <summary>The certificate, with its embedded timestamp.</summary>
    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>What the audit log says of it.</summary>
    public AuditCertificate Record { get; }
}
