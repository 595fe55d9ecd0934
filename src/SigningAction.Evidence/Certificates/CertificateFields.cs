using System.Formats.Asn1;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>The fields of a Certificate as RFC 5280, section 4.1 lists them, read in their order with nothing left over.</summary>
internal sealed class CertificateFields
{
    private const string NoDer = "A certificate is not strict DER of RFC 5280.";

    private CertificateFields()
    {
    }

    public required ReadOnlyMemory<byte> RawBytes { get; init; }

    public required ReadOnlyMemory<byte> Tbs { get; init; }

    public required ReadOnlyMemory<byte> Serial { get; init; }

    public required DistinguishedName Issuer { get; init; }

    public required DistinguishedName Subject { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public required ReadOnlyMemory<byte> Spki { get; init; }

    public required IReadOnlyList<CertificateExtension> Extensions { get; init; }

    public required KnownExtensions Known { get; init; }

    public required SignatureAlgorithm SignatureAlgorithm { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Reads a whole certificate; the memory is kept.</summary>
    public static CertificateFields Read(ReadOnlyMemory<byte> der)
    {
        try
        {
            return ReadOrThrow(der);
        }
        catch (AsnContentException e)
        {
            throw new EvidenceException(FailureCode.CertificateMalformed, NoDer, e);
        }
    }

    /// <summary>Who is said to have issued it: what stands before that is read for its form only, and nothing behind it.</summary>
    public static DistinguishedName ReadIssuer(ReadOnlyMemory<byte> der)
    {
        try
        {
            var tbs = Der.ReadWholeSequence(der).ReadSequence();
            _ = tbs.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
            _ = tbs.ReadIntegerBytes();
            _ = tbs.ReadSequence();
            return DistinguishedName.Read(tbs);
        }
        catch (AsnContentException e)
        {
            throw new EvidenceException(FailureCode.CertificateMalformed, NoDer, e);
        }
    }

    private static CertificateFields ReadOrThrow(ReadOnlyMemory<byte> der)
    {
        var certificate = Der.ReadWholeSequence(der);
        var tbsBytes = certificate.PeekEncodedValue();
        var tbs = certificate.ReadSequence();
        var outerAlgorithm = certificate.PeekEncodedValue();
        var algorithm = SignatureAlgorithm.Read(certificate);
        var signature = certificate.ReadBitString(out var unusedBits);
        certificate.ThrowIfNotEmpty();

        var version = tbs.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        if (!version.TryReadInt32(out var number) || number != 2 || unusedBits != 0)
        {
            throw Malformed("is not of version 3");
        }

        version.ThrowIfNotEmpty();
        var serial = ReadSerial(tbs);

        // RFC 5280, section 4.1.1.2: the copy outside the signature must say the same, or it could be swapped.
        if (!tbs.ReadEncodedValue().Span.SequenceEqual(outerAlgorithm.Span))
        {
            throw Malformed("names two different signature algorithms");
        }

        var issuer = DistinguishedName.Read(tbs);
        var validity = tbs.ReadSequence();
        var notBefore = ReadTime(validity);
        var notAfter = ReadTime(validity);
        validity.ThrowIfNotEmpty();
        if (notBefore > notAfter)
        {
            throw Malformed("ends before it starts");
        }

        var subject = DistinguishedName.Read(tbs);
        _ = tbs.PeekTag();
        var spki = tbs.ReadEncodedValue();
        List<CertificateExtension> extensions = tbs.HasData ? ReadExtensions(tbs) : [];
        tbs.ThrowIfNotEmpty();

        return new CertificateFields
        {
            RawBytes = der,
            Tbs = tbsBytes,
            Serial = serial,
            Issuer = issuer,
            Subject = subject,
            NotBefore = notBefore,
            NotAfter = notAfter,
            Spki = spki,
            Extensions = extensions,
            Known = KnownExtensions.Read(extensions),
            SignatureAlgorithm = algorithm,
            Signature = signature,
        };
    }

    private static ReadOnlyMemory<byte> ReadSerial(AsnReader tbs)
    {
        var serial = tbs.ReadIntegerBytes();
        return serial.Length <= Limits.SerialOctets && serial.Span[0] < 0x80 && serial.Span.ContainsAnyExcept((byte)0)
            ? serial
            : throw new EvidenceException(
                FailureCode.CertificateProfile, $"A certificate's serial number is not positive or has more than {Limits.SerialOctets} octets.");
    }

    /// <summary>RFC 5280, section 4.1.2.5: UTCTime through 2049 and GeneralizedTime after it, so that a time has one form.</summary>
    private static DateTimeOffset ReadTime(AsnReader validity)
    {
        if (validity.NextIs(UniversalTagNumber.UtcTime))
        {
            return validity.ReadUtcTime(2049);
        }

        var time = validity.ReadGeneralizedTime();
        return time.Year >= 2050 && time.Ticks % TimeSpan.TicksPerSecond == 0
            ? time : throw Malformed("writes a year before 2050 as GeneralizedTime, or a fraction of a second");
    }

    private static List<CertificateExtension> ReadExtensions(AsnReader tbs)
    {
        var wrapper = tbs.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3));
        var list = wrapper.ReadSequence();
        wrapper.ThrowIfNotEmpty();
        var extensions = new List<CertificateExtension>();
        do
        {
            var extension = list.ReadSequence();
            var oid = ExtensionIdentifiers.Read(extension);
            var critical = false;
            if (extension.NextIs(UniversalTagNumber.Boolean))
            {
                critical = extension.ReadBoolean();
                if (!critical)
                {
                    throw Malformed("writes out a default value"); // X.690, section 11.5
                }
            }

            if (!extension.TryReadPrimitiveOctetString(out var value))
            {
                throw Malformed("has an extension in pieces");
            }

            extension.ThrowIfNotEmpty();
            foreach (var other in extensions)
            {
                if (other.Oid == oid)
                {
                    throw Malformed($"has extension {PrintableText.Exact(oid)} twice");
                }
            }

            extensions.Add(new CertificateExtension(oid, critical, value));
            if (extensions.Count > Limits.CertificateExtensions)
            {
                throw new EvidenceException(FailureCode.TooMany, $"A certificate has more than {Limits.CertificateExtensions} extensions.");
            }
        }
        while (list.HasData);

        return extensions;
    }

    private static EvidenceException Malformed(string fault) => new(FailureCode.CertificateMalformed, $"A certificate {fault}.");
}
