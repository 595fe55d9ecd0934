using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Timestamps;

/// <summary>Makes RFC 3161 timestamps with one certificate and key. Instances are safe for concurrent use as far as the key is.</summary>
public sealed class TimestampSigner
{
    /// <summary>The policy of Sigstore's timestamp authorities, the default of everybody who runs one.</summary>
    public const string SigstorePolicy = "1.3.6.1.4.1.57264.2";

    private readonly Certificate _certificate;
    private readonly ECDsa _key;
    private readonly string _policy;
    private readonly byte[] _contentType;
    private readonly byte[] _signingCertificate;
    private readonly byte[] _issuerAndSerial;

    /// <summary>A signer for a timestamping certificate.</summary>
    /// <param name="certificate">The leaf: one critical usage, timeStamping.</param>
    /// <param name="key">Its ECDSA P-256 key; not disposed here.</param>
    /// <param name="policy">Dotted identifier that goes into every token.</param>
    /// <exception cref="ArgumentException">The key is not the certificate's or not P-256, or the certificate is not for timestamps.</exception>
    public TimestampSigner(Certificate certificate, ECDsa key, string policy = SigstorePolicy)
    {
        var verificationKey = VerificationKey.Of(key);
        if (verificationKey.Algorithm != KeyAlgorithm.EcdsaP256 || !verificationKey.Equals(certificate.Key)
            || !certificate.ExtendedKeyUsageIsCritical || certificate.ExtendedKeyUsages is not [Oids.TimeStamping])
        {
            throw new ArgumentException("The key is not the P-256 key of this timestamping certificate.", nameof(key));
        }

        _certificate = certificate;
        _key = key;
        _policy = policy;
        _contentType = Attribute(Oids.ContentType, w => w.WriteObjectIdentifier(Oids.TstInfo));
        _signingCertificate = Attribute(Oids.SigningCertificateV2, WriteSigningCertificate);
        _issuerAndSerial = Write(w =>
        {
            using (w.PushSequence())
            {
                w.WriteEncodedValue(certificate.Issuer.RawBytes.Span);
                w.WriteInteger(certificate.Serial.Span);
            }
        });
    }

    /// <summary>Answers a request: DER of a granted TimeStampResp, or of a rejection when the request asks for another policy.</summary>
    /// <param name="request">The request.</param>
    /// <param name="time">The time, which must be beyond doubt; rounded down to the second, accuracy is one second.</param>
    /// <param name="serial">Big-endian, positive, unique for this authority; see <see cref="CertificateSerial"/>.</param>
    /// <exception cref="ArgumentException">The certificate is not valid at that time: such a stamp proves nothing.</exception>
    public byte[] Stamp(TimestampRequest request, DateTimeOffset time, ReadOnlySpan<byte> serial)
    {
        if (request.Policy is not null && request.Policy != _policy)
        {
            return TimestampResponse.Reject(TimestampRefusal.UnacceptedPolicy, $"This authority stamps under policy {_policy} only.");
        }

        var second = DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
        if (!_certificate.IsValidAt(second))
        {
            throw new ArgumentException($"The timestamping certificate is not valid at {second:u}.", nameof(time));
        }

        var content = new TimestampInfo(_policy, request.Hash, request.Digest, serial.ToArray(), second, request.Nonce).Encode();
        var attributes = SignedAttributes(content, second);
        var signature = _key.SignData(attributes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return TimestampResponse.Grant(Write(w => WriteToken(w, content, attributes, signature, request.RequestCertificate)));
    }

    private byte[] SignedAttributes(byte[] content, DateTimeOffset second) => Write(writer =>
    {
        // DER sorts a SET OF; the writer does it. signingTime is what sigstore-go's library and others expect to find.
        using (writer.PushSetOf())
        {
            writer.WriteEncodedValue(_contentType);
            writer.WriteEncodedValue(Attribute(Oids.SigningTime, w => WriteTime(w, second)));
            writer.WriteEncodedValue(Attribute(Oids.MessageDigest, w => w.WriteOctetString(SHA256.HashData(content))));
            writer.WriteEncodedValue(_signingCertificate);
        }
    });

    private void WriteToken(AsnWriter writer, byte[] content, byte[] attributes, byte[] signature, bool withCertificate)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.SignedData);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(3);
                using (writer.PushSetOf())
                {
                    HashAlgorithms.Write(writer, HashAlgorithmName.SHA256);
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Oids.TstInfo);
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    {
                        writer.WriteOctetString(content);
                    }
                }

                if (withCertificate)
                {
                    using (writer.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    {
                        writer.WriteEncodedValue(_certificate.RawBytes.Span);
                    }
                }

                using (writer.PushSetOf())
                {
                    WriteSignerInfo(writer, attributes, signature);
                }
            }
        }
    }

    private void WriteSignerInfo(AsnWriter writer, byte[] attributes, byte[] signature)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteEncodedValue(_issuerAndSerial);
            HashAlgorithms.Write(writer, HashAlgorithmName.SHA256);

            // Signed under the tag of SET OF, sent under [0] IMPLICIT (RFC 5652, section 5.4).
            byte[] implicitly = [0xa0, .. attributes.AsSpan(1)];
            writer.WriteEncodedValue(implicitly);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.EcdsaWithSha256);
            }

            writer.WriteOctetString(signature);
        }
    }

    /// <summary>SigningCertificateV2 (RFC 5035, section 3) with the default hash, SHA-256, and issuer and serial.</summary>
    private void WriteSigningCertificate(AsnWriter writer)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteOctetString(SHA256.HashData(_certificate.RawBytes.Span));
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4)))
                {
                    writer.WriteEncodedValue(_certificate.Issuer.RawBytes.Span);
                }

                writer.WriteInteger(_certificate.Serial.Span);
            }
        }
    }

    /// <summary>RFC 5652, section 11.3: UTCTime through 2049.</summary>
    private static void WriteTime(AsnWriter writer, DateTimeOffset second)
    {
        if (second.Year < 2050)
        {
            writer.WriteUtcTime(second, 2049);
        }
        else
        {
            writer.WriteGeneralizedTime(second, omitFractionalSeconds: true);
        }
    }

    private static byte[] Attribute(string oid, Action<AsnWriter> writeValue) => Write(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSetOf())
            {
                writeValue(writer);
            }
        }
    });

    private static byte[] Write(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }
}
