using System.Security.Cryptography;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// Makes signing certificates of the Fulcio profile for one issuing authority. Instances are safe for concurrent use as far as the key is.
/// </summary>
public sealed class SigningCertificateBuilder
{
    private static readonly byte[] Poison = CertificateWriter.Extension(Oids.PrecertificatePoison, isCritical: true, new byte[] { 0x05, 0x00 });

    private readonly Certificate _issuer;
    private readonly ECDsa _key;
    private readonly byte[] _usages;
    private readonly byte[] _authorityKeyId;

    /// <summary>A builder for the authority with this certificate and key.</summary>
    /// <param name="issuer">The issuing authority.</param>
    /// <param name="issuerKey">Its ECDSA P-256 key; not disposed here.</param>
    /// <exception cref="ArgumentException">The key is not the certificate's, or not P-256.</exception>
    public SigningCertificateBuilder(Certificate issuer, ECDsa issuerKey)
    {
        var key = VerificationKey.Of(issuerKey);
        if (key.Algorithm != KeyAlgorithm.EcdsaP256 || !key.Equals(issuer.Key) || !issuer.IsAuthority)
        {
            throw new ArgumentException("The key is not the P-256 key of this authority's certificate.", nameof(issuerKey));
        }

        _issuer = issuer;
        _key = issuerKey;
        _usages =
        [
            .. CertificateWriter.KeyUsage(KeyUsages.DigitalSignature),
            .. CertificateWriter.ExtendedKeyUsage(Oids.CodeSigning, isCritical: false),
        ];
        _authorityKeyId = CertificateWriter.AuthorityKeyId(
            issuer.SubjectKeyId.IsEmpty ? CertificateWriter.KeyIdOf(issuer.Spki) : issuer.SubjectKeyId.Span);
    }

    /// <summary>Signs a precertificate.</summary>
    /// <param name="identity">Who gets it; issuer, subject and signer URI must be there, empty values are left out.</param>
    /// <param name="subjectKey">The caller's key, of which possession was proven.</param>
    /// <param name="serial">Big-endian, positive, at most 20 octets; see <see cref="CertificateSerial"/>.</param>
    /// <param name="notBefore">Rounded down to the second, so that a signature in the same second is inside.</param>
    /// <param name="notAfter">Rounded down to the second.</param>
    /// <exception cref="ArgumentException">A value that no certificate can carry: the caller checks them before, with a refusal of its own.</exception>
    public Precertificate BuildPrecertificate(
        PipelineIdentity identity, VerificationKey subjectKey, ReadOnlySpan<byte> serial, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        if (string.IsNullOrEmpty(identity.Issuer) || string.IsNullOrEmpty(identity.Subject) || string.IsNullOrEmpty(identity.SignerUri))
        {
            throw new ArgumentException("An identity without issuer, subject or signer URI gets no certificate.", nameof(identity));
        }

        // A leaf that outlives its issuer would fail verification in its last minutes: better no certificate than that one.
        if (notBefore >= notAfter || !_issuer.IsValidAt(notBefore) || !_issuer.IsValidAt(notAfter))
        {
            throw new ArgumentException(
                $"The validity {notBefore:u} to {notAfter:u} is empty, or not inside that of the issuing certificate.", nameof(notAfter));
        }

        var fields = CertificateWriter.Fields(serial, _issuer.Subject, notBefore, notAfter, subject: null, subjectKey.Spki.Span);
        var extensions = Der.Join(
        [
            _usages,
            CertificateWriter.SubjectKeyId(CertificateWriter.KeyIdOf(subjectKey.Spki)),
            _authorityKeyId,

            // Critical, because the subject is empty (RFC 5280, section 4.2.1.6).
            CertificateWriter.Extension(Oids.SubjectAltName, isCritical: true, SubjectAlternativeName.WriteUri(identity.SignerUri)),
            SigstoreExtensions.Write(identity),
        ]);
        var rawBytes = CertificateWriter.Sign(CertificateWriter.Tbs(fields, extensions, Poison), _key);
        return new Precertificate(fields, extensions, rawBytes, CertificateWriter.Tbs(fields, extensions), _issuer.Key.Id);
    }

    /// <summary>Finishes a precertificate: the same fields, the timestamps as the last extension. DER.</summary>
    /// <exception cref="ArgumentException">No timestamp: a certificate that no log promised to hold is never made.</exception>
    public byte[] Build(Precertificate precertificate, IReadOnlyList<SignedCertificateTimestamp> scts)
    {
        if (scts.Count is 0 or > Limits.Scts)
        {
            throw new ArgumentException($"A certificate carries one to {Limits.Scts} signed certificate timestamps.", nameof(scts));
        }

        var list = CertificateWriter.Extension(Oids.SctList, isCritical: false, SignedCertificateTimestamp.EncodeExtension(scts));
        return CertificateWriter.Sign(CertificateWriter.Tbs(precertificate.Fields, precertificate.Extensions, list), _key);
    }
}
