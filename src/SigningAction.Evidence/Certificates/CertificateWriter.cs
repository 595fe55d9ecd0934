using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// Writes certificates by hand: eight times faster than CertificateRequest, and with every byte in view.
/// The pieces of a TBSCertificate are kept apart, so that precertificate, log entry and certificate share them byte by byte.
/// </summary>
internal static class CertificateWriter
{
    private const byte ExtensionsTag = 0xa3;

    private static readonly byte[] True = [0x01, 0x01, 0xff];

    private static readonly byte[] EcdsaWithSha256 = WriteAlgorithm();

    /// <summary>Everything of a TBSCertificate before its extensions. Times are rounded down to the second.</summary>
    public static byte[] Fields(
        ReadOnlySpan<byte> serial, DistinguishedName issuer, DateTimeOffset notBefore, DateTimeOffset notAfter, DistinguishedName? subject, ReadOnlySpan<byte> spki)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, initialCapacity: 512);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                writer.WriteInteger(2);
            }

            writer.WriteIntegerUnsigned(serial);
            writer.WriteEncodedValue(EcdsaWithSha256);
            writer.WriteEncodedValue(issuer.RawBytes.Span);
            using (writer.PushSequence())
            {
                WriteTime(writer, notBefore);
                WriteTime(writer, notAfter);
            }

            if (subject is null)
            {
                writer.PushSequence().Dispose();
            }
            else
            {
                writer.WriteEncodedValue(subject.RawBytes.Span);
            }

            writer.WriteEncodedValue(spki);
        }

        return Der.ReadWholeContent(writer.Encode()).ToArray();
    }

    /// <summary>One encoded Extension.</summary>
    public static byte[] Extension(string oid, bool isCritical, ReadOnlyMemory<byte> value) => Extension(Identifier(oid), isCritical, value);

    /// <summary>The same with an identifier that is in DER already.</summary>
    public static byte[] Extension(ReadOnlyMemory<byte> identifier, bool isCritical, ReadOnlyMemory<byte> value) =>
        Der.Wrap(Der.SequenceTag, identifier, isCritical ? True : ReadOnlyMemory<byte>.Empty, Der.Wrap(Der.OctetStringTag, value));

    /// <summary>An object identifier in DER.</summary>
    public static byte[] Identifier(string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }

    /// <summary>A TBSCertificate of fields and encoded extensions.</summary>
    public static byte[] Tbs(ReadOnlyMemory<byte> fields, params ReadOnlySpan<ReadOnlyMemory<byte>> extensions)
    {
        var list = Der.Length(extensions);
        var wrapped = Der.Size(list);
        var content = fields.Length + Der.Size(wrapped);
        var tbs = new byte[Der.Size(content)];
        var rest = Der.WriteHeader(tbs, Der.SequenceTag, content);
        fields.Span.CopyTo(rest);
        rest = Der.WriteHeader(rest[fields.Length..], ExtensionsTag, wrapped);
        Der.Copy(extensions, Der.WriteHeader(rest, Der.SequenceTag, list));
        return tbs;
    }

    /// <summary>A Certificate: the TBSCertificate signed with ECDSA and SHA-256.</summary>
    public static byte[] Sign(ReadOnlyMemory<byte> tbs, ECDsa key)
    {
        var signature = key.SignData(tbs.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var writer = new AsnWriter(AsnEncodingRules.DER, initialCapacity: signature.Length + 8);
        writer.WriteBitString(signature);
        return Der.Wrap(Der.SequenceTag, tbs, EcdsaWithSha256, writer.Encode());
    }

    /// <summary>KeyUsage, critical.</summary>
    public static byte[] KeyUsage(KeyUsages usage)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteNamedBitList(usage);
        return Extension(Oids.KeyUsage, isCritical: true, writer.Encode());
    }

    /// <summary>ExtKeyUsage with one purpose.</summary>
    public static byte[] ExtendedKeyUsage(string purpose, bool isCritical)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(purpose);
        }

        return Extension(Oids.ExtKeyUsage, isCritical, writer.Encode());
    }

    /// <summary>BasicConstraints of an authority, critical.</summary>
    public static byte[] Authority(int? pathLength)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteBoolean(true);
            if (pathLength is { } length)
            {
                writer.WriteInteger(length);
            }
        }

        return Extension(Oids.BasicConstraints, isCritical: true, writer.Encode());
    }

    /// <summary>SubjectKeyIdentifier.</summary>
    public static byte[] SubjectKeyId(ReadOnlySpan<byte> keyId)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(keyId);
        return Extension(Oids.SubjectKeyIdentifier, isCritical: false, writer.Encode());
    }

    /// <summary>AuthorityKeyIdentifier with a key identifier alone.</summary>
    public static byte[] AuthorityKeyId(ReadOnlySpan<byte> keyId)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteOctetString(keyId, new Asn1Tag(TagClass.ContextSpecific, 0));
        }

        return Extension(Oids.AuthorityKeyIdentifier, isCritical: false, writer.Encode());
    }

    /// <summary>Key identifier: the first 160 bits of SHA-256 of the key bits (RFC 7093, section 2, method 1), because RFC 5280's way is SHA-1.</summary>
    public static byte[] KeyIdOf(ReadOnlyMemory<byte> spki)
    {
        var sequence = Der.ReadWholeSequence(spki);
        _ = sequence.ReadSequence();
        return SHA256.HashData(sequence.ReadBitString(out _))[..20];
    }

    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        var second = DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
        if (second.Year < 2050)
        {
            writer.WriteUtcTime(second, 2049);
        }
        else
        {
            writer.WriteGeneralizedTime(second, omitFractionalSeconds: true);
        }
    }

    private static byte[] WriteAlgorithm()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.EcdsaWithSha256);
        }

        return writer.Encode();
    }
}
