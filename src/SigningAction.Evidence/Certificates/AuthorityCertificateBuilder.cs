using System.Security.Cryptography;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// Makes the certificates of an authority, once, when it is set up. All carry the same single O, which is what <c>gh attestation verify</c> reads.
/// Results are parsed before they are returned, so what comes back is what verifiers accept.
/// </summary>
public sealed class AuthorityCertificateBuilder
{
    private readonly string _organization;
    private readonly DateTimeOffset _notBefore;

    /// <summary>A builder for one organisation.</summary>
    /// <param name="organization">The O of every certificate.</param>
    /// <param name="notBefore">Start of every validity; rounded down to the second. Backdate it a little: signing in the second of set-up must verify.</param>
    public AuthorityCertificateBuilder(string organization, DateTimeOffset notBefore)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(organization);
        _organization = organization;
        _notBefore = notBefore;
    }

    /// <summary>A self-signed root for signing certificates.</summary>
    public Certificate Root(string commonName, ECDsa key, DateTimeOffset notAfter) => SelfSigned(commonName, key, notAfter, pathLength: 1);

    /// <summary>A self-signed root for the timestamp authority: a root of its own, because an intermediate for code signing cannot issue its leaf.</summary>
    public Certificate TimestampRoot(string commonName, ECDsa key, DateTimeOffset notAfter) => SelfSigned(commonName, key, notAfter, pathLength: 0);

    /// <summary>The issuing authority under a root: code signing only, no authority below.</summary>
    public Certificate Intermediate(string commonName, VerificationKey key, Certificate root, ECDsa rootKey, DateTimeOffset notAfter) =>
        Issue(
            commonName, key, root, rootKey, notAfter,
            CertificateWriter.KeyUsage(KeyUsages.KeyCertSign | KeyUsages.CrlSign),
            CertificateWriter.ExtendedKeyUsage(Oids.CodeSigning, isCritical: false),
            CertificateWriter.Authority(pathLength: 0));

    /// <summary>The certificate that signs timestamps: one critical usage, timeStamping (RFC 3161, section 2.3).</summary>
    public Certificate TimestampLeaf(string commonName, VerificationKey key, Certificate root, ECDsa rootKey, DateTimeOffset notAfter) =>
        Issue(
            commonName, key, root, rootKey, notAfter,
            CertificateWriter.KeyUsage(KeyUsages.DigitalSignature),
            CertificateWriter.ExtendedKeyUsage(Oids.TimeStamping, isCritical: true),
            []);

    private Certificate SelfSigned(string commonName, ECDsa key, DateTimeOffset notAfter, int pathLength)
    {
        var spki = RequireP256(VerificationKey.Of(key)).Spki;
        var name = DistinguishedName.Of(_organization, commonName);
        var fields = CertificateWriter.Fields(CertificateSerial.Create(), name, _notBefore, notAfter, name, spki.Span);
        var tbs = CertificateWriter.Tbs(
            fields,
            CertificateWriter.KeyUsage(KeyUsages.KeyCertSign | KeyUsages.CrlSign),
            CertificateWriter.Authority(pathLength),
            CertificateWriter.SubjectKeyId(CertificateWriter.KeyIdOf(spki)));
        return Certificate.Parse(CertificateWriter.Sign(tbs, key));
    }

    private Certificate Issue(
        string commonName, VerificationKey key, Certificate root, ECDsa rootKey, DateTimeOffset notAfter, byte[] keyUsage, byte[] extendedKeyUsage, byte[] constraints)
    {
        RequireP256(key);
        if (!VerificationKey.Of(rootKey).Equals(root.Key))
        {
            throw new ArgumentException("The key is not that of the root certificate.", nameof(rootKey));
        }

        var name = DistinguishedName.Of(_organization, commonName);
        var fields = CertificateWriter.Fields(CertificateSerial.Create(), root.Subject, _notBefore, notAfter, name, key.Spki.Span);
        var tbs = CertificateWriter.Tbs(
            fields, keyUsage, extendedKeyUsage, constraints,
            CertificateWriter.SubjectKeyId(CertificateWriter.KeyIdOf(key.Spki)),
            CertificateWriter.AuthorityKeyId(root.SubjectKeyId.Span));
        return Certificate.Parse(CertificateWriter.Sign(tbs, rootKey));
    }

    private static VerificationKey RequireP256(VerificationKey key) =>
        key.Algorithm == KeyAlgorithm.EcdsaP256 ? key : throw new ArgumentException("Authority keys are ECDSA P-256.", nameof(key));
}
