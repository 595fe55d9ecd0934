namespace SigningAction.Evidence.Certificates;

/// <summary>Object identifiers by the names that their specifications give them.</summary>
internal static class Oids
{
    // RFC 5280, section 4.2
    public const string SubjectKeyIdentifier = "2.5.29.14";
    public const string KeyUsage = "2.5.29.15";
    public const string SubjectAltName = "2.5.29.17";
    public const string BasicConstraints = "2.5.29.19";
    public const string NameConstraints = "2.5.29.30";
    public const string AuthorityKeyIdentifier = "2.5.29.35";
    public const string ExtKeyUsage = "2.5.29.37";
    public const string AnyExtendedKeyUsage = "2.5.29.37.0";
    public const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    public const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    // RFC 4519
    public const string CommonName = "2.5.4.3";
    public const string Organization = "2.5.4.10";

    // RFC 6962, sections 3.1 and 3.3
    public const string SctList = "1.3.6.1.4.1.11129.2.4.2";
    public const string PrecertificatePoison = "1.3.6.1.4.1.11129.2.4.3";

    // Sigstore: extensions are .1 to .24 below this arc, .7 is the type of an otherName.
    public const string SigstoreArc = "1.3.6.1.4.1.57264.1.";
    public const string SigstoreOtherName = SigstoreArc + "7";

    // RFC 5754, RFC 5758, RFC 8017, RFC 8410
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";
    public const string Sha384 = "2.16.840.1.101.3.4.2.2";
    public const string Sha512 = "2.16.840.1.101.3.4.2.3";
    public const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    public const string EcdsaWithSha384 = "1.2.840.10045.4.3.3";
    public const string EcdsaWithSha512 = "1.2.840.10045.4.3.4";
    public const string RsaEncryption = "1.2.840.113549.1.1.1";
    public const string RsaPss = "1.2.840.113549.1.1.10";
    public const string Mgf1 = "1.2.840.113549.1.1.8";
    public const string Sha256WithRsa = "1.2.840.113549.1.1.11";
    public const string Sha384WithRsa = "1.2.840.113549.1.1.12";
    public const string Sha512WithRsa = "1.2.840.113549.1.1.13";
    public const string Ed25519 = "1.3.101.112";

    // RFC 5652, RFC 3161, RFC 5035
    public const string SignedData = "1.2.840.113549.1.7.2";
    public const string TstInfo = "1.2.840.113549.1.9.16.1.4";
    public const string ContentType = "1.2.840.113549.1.9.3";
    public const string MessageDigest = "1.2.840.113549.1.9.4";
    public const string SigningTime = "1.2.840.113549.1.9.5";
    public const string SigningCertificate = "1.2.840.113549.1.9.16.2.12";
    public const string SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";
}
