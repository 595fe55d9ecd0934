namespace SigningAction.Evidence.Certificates;

/// <summary>One extension of a certificate (RFC 5280, section 4.1.2.9).</summary>
/// <param name="Oid">Dotted object identifier.</param>
/// <param name="IsCritical">Whether one who does not know it must refuse the certificate.</param>
/// <param name="Value">The content of the OCTET STRING: DER, but for Sigstore's extensions .1 to .6, which are bare UTF-8.</param>
public sealed record CertificateExtension(string Oid, bool IsCritical, ReadOnlyMemory<byte> Value);
