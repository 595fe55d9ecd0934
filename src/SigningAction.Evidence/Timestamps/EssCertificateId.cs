using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Timestamps;

/// <summary>
/// ESSCertIDv2 (RFC 5035, section 4): the hash of the signer's certificate as a signed attribute. It keeps a certificate from being replaced by
/// another one with the same key. The first version of the attribute is SHA-1 only and is not read.
/// </summary>
internal sealed class EssCertificateId
{
    private readonly HashAlgorithmName? _hash;
    private readonly byte[] _digest;
    private readonly ReadOnlyMemory<byte> _issuer;
    private readonly ReadOnlyMemory<byte> _serial;

    private EssCertificateId(HashAlgorithmName? hash, byte[] digest, ReadOnlyMemory<byte> issuer, ReadOnlyMemory<byte> serial)
    {
        _hash = hash;
        _digest = digest;
        _issuer = issuer;
        _serial = serial;
    }

    /// <summary>Reads a SigningCertificateV2 and gives its first element, which is the signer's.</summary>
    /// <exception cref="AsnContentException">It does not parse.</exception>
    public static EssCertificateId ReadFirst(AsnReader attributeValues)
    {
        var id = attributeValues.ReadSequence().ReadSequence().ReadSequence();

        // The hash is SHA-256 unless one is named; one that is not accepted binds nothing.
        HashAlgorithmName? hash = id.NextIs(UniversalTagNumber.Sequence) ? HashAlgorithms.Read(id) : HashAlgorithmName.SHA256;
        var digest = id.ReadOctetString();
        ReadOnlyMemory<byte> issuer = default;
        ReadOnlyMemory<byte> serial = default;
        if (id.HasData)
        {
            // IssuerSerial ::= SEQUENCE { GeneralNames, INTEGER }; the issuer is one directoryName [4].
            var issuerSerial = id.ReadSequence();
            var names = issuerSerial.ReadSequence();
            var directoryName = names.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 4));
            issuer = directoryName.ReadEncodedValue();
            directoryName.ThrowIfNotEmpty();
            names.ThrowIfNotEmpty();
            serial = issuerSerial.ReadIntegerBytes();
            issuerSerial.ThrowIfNotEmpty();
        }

        id.ThrowIfNotEmpty();
        return new EssCertificateId(hash, digest, issuer, serial);
    }

    /// <summary>Whether it is the id of this certificate.</summary>
    public bool Binds(Certificate certificate) =>
        _hash is { } hash
        && _digest.AsSpan().SequenceEqual(HashAlgorithms.Hash(hash, certificate.RawBytes.Span))
        && (_issuer.IsEmpty
            || (_issuer.Span.SequenceEqual(certificate.Issuer.RawBytes.Span) && _serial.Span.SequenceEqual(certificate.Serial.Span)));
}
