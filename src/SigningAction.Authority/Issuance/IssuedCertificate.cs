using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Issuance;

/// <summary>A certificate that the ledger holds and that passed the checks of its customers. Only <see cref="CertificateIssuer"/> makes one.</summary>
/// <param name="Certificate">The certificate, with its embedded timestamp.</param>
/// <param name="LogIndex">Its leaf in the certificate log.</param>
public sealed record IssuedCertificate(SigningCertificate Certificate, long LogIndex);
