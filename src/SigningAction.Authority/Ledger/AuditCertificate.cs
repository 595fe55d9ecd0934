namespace SigningAction.Authority.Ledger;

/// <summary>The certificate that a decision led to.</summary>
/// <param name="Serial">Serial number, lowercase hexadecimal of its octets.</param>
/// <param name="Sha256">SHA-256 of the DER certificate, lowercase hexadecimal.</param>
/// <param name="LogIndex">Its leaf in the certificate log.</param>
/// <param name="NotBefore">Start of validity.</param>
/// <param name="NotAfter">End of validity.</param>
public sealed record AuditCertificate(string Serial, string Sha256, long LogIndex, DateTimeOffset NotBefore, DateTimeOffset NotAfter);
