namespace SigningAction.Authority.Storage;

/// <summary>One issued certificate; made from its audit leaf, so <see cref="LedgerRow.Index"/> is the audit index.</summary>
/// <param name="Serial">Serial number, lowercase hexadecimal of its octets.</param>
/// <param name="Sha256">SHA-256 of the DER certificate, lowercase hexadecimal.</param>
/// <param name="CertificateIndex">Its leaf in the certificate log.</param>
/// <param name="NotBefore">Start of validity, Unix milliseconds.</param>
/// <param name="NotAfter">End of validity, Unix milliseconds.</param>
/// <param name="Identity">Who got it.</param>
public sealed record InventoryRow(string Serial, string Sha256, long CertificateIndex, long NotBefore, long NotAfter, IdentityColumns Identity) : LedgerRow;
