using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Timestamps;

/// <summary>The one SignerInfo of a timestamp (RFC 5652, section 5.3), with the signed attributes that RFC 3161 and RFC 5816 ask for.</summary>
internal sealed class SignerInfo
{
    private const byte SetOfTag = 0x31;

    private ReadOnlyMemory<byte> _issuer;
    private ReadOnlyMemory<byte> _serial;
    private ReadOnlyMemory<byte> _subjectKeyId;
    private EssCertificateId? _certificateId;

    private SignerInfo()
    {
    }

    /// <summary>The hash of <see cref="MessageDigest"/>.</summary>
    public HashAlgorithmName Hash { get; private set; }

    /// <summary>The attribute that binds the content.</summary>
    public ReadOnlyMemory<byte> MessageDigest { get; private set; }

    /// <summary>The signed attributes under the tag SET OF, which is what the signature covers (RFC 5652, section 5.4).</summary>
    public ReadOnlyMemory<byte> SignedBytes { get; private set; }

    /// <summary>How the signature was made.</summary>
    public SignatureAlgorithm Algorithm { get; private set; }

    /// <summary>The signature.</summary>
    public ReadOnlyMemory<byte> Signature { get; private set; }

    /// <summary>Reads it.</summary>
    /// <exception cref="AsnContentException">It does not parse.</exception>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TimestampMalformed"/>.</exception>
    public static SignerInfo Read(AsnReader reader)
    {
        var fields = reader.ReadSequence();
        var info = new SignerInfo();
        if (!fields.TryReadInt32(out var version))
        {
            throw Malformed("has a version out of range");
        }

        info.ReadIdentifier(fields, version);
        info.Hash = HashAlgorithms.Read(fields) ?? throw Malformed("uses a hash that is not accepted");

        // Copied: the tag [0] IMPLICIT is replaced by that of SET OF for the signature.
        var attributes = fields.PeekEncodedValue().ToArray();
        info.ReadAttributes(fields.ReadSetOf(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)));
        attributes[0] = SetOfTag;
        info.SignedBytes = attributes;

        info.Algorithm = SignatureAlgorithm.Read(fields, info.Hash);
        info.Signature = fields.ReadOctetString();
        if (fields.HasData)
        {
            throw Malformed("has unsigned attributes"); // Anybody could have put them there.
        }

        return info;
    }

    /// <summary>Whether this is the certificate that the signer identifier names.</summary>
    public bool Names(Certificate certificate) => _subjectKeyId.IsEmpty
        ? certificate.Issuer.RawBytes.Span.SequenceEqual(_issuer.Span) && certificate.Serial.Span.SequenceEqual(_serial.Span)
        : certificate.SubjectKeyId.Span.SequenceEqual(_subjectKeyId.Span);

    /// <summary>Whether the signed attributes hold the id of this certificate; never when they hold none that counts.</summary>
    public bool Binds(Certificate certificate) => _certificateId is not null && _certificateId.Binds(certificate);

    private void ReadIdentifier(AsnReader fields, int version)
    {
        if (version == 1)
        {
            var issuerAndSerial = fields.ReadSequence();
            _issuer = issuerAndSerial.ReadEncodedValue();
            _serial = issuerAndSerial.ReadIntegerBytes();
            issuerAndSerial.ThrowIfNotEmpty();
        }
        else if (version == 3)
        {
            _subjectKeyId = fields.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0));
        }

        if (_issuer.IsEmpty && _subjectKeyId.IsEmpty)
        {
            throw Malformed("does not say who signed");
        }
    }

    private void ReadAttributes(AsnReader attributes)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var hasContentType = false;
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            var oid = attribute.ReadObjectIdentifier();
            if (!seen.Add(oid))
            {
                throw Malformed($"has attribute {PrintableText.Exact(oid)} twice");
            }

            var values = attribute.ReadSetOf();
            attribute.ThrowIfNotEmpty();
            switch (oid)
            {
                case Oids.ContentType:
                    hasContentType = values.ReadObjectIdentifier() == Oids.TstInfo;
                    break;
                case Oids.MessageDigest:
                    MessageDigest = values.ReadOctetString();
                    break;
                case Oids.SigningCertificateV2:
                    _certificateId = EssCertificateId.ReadFirst(values);
                    break;
                default:
                    _ = values.ReadEncodedValue(); // signingTime and others: genTime is what counts.
                    break;
            }

            values.ThrowIfNotEmpty();
        }

        if (!hasContentType || MessageDigest.IsEmpty)
        {
            throw Malformed("lacks its content type or message digest");
        }
    }

    private static EvidenceException Malformed(string fault) =>
        new(FailureCode.TimestampMalformed, $"A timestamp's signer information {fault}.");
}
