using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Timestamps;

/// <summary>A TSTInfo (RFC 3161, section 2.4.2): what a timestamp authority signs.</summary>
/// <param name="Policy">Dotted identifier of the policy under which it stamped.</param>
/// <param name="Hash">The hash of the imprint.</param>
/// <param name="Digest">The digest that it stamped.</param>
/// <param name="Serial">Serial number, big-endian two's complement as in the INTEGER.</param>
/// <param name="Time">genTime.</param>
/// <param name="Nonce">The request's nonce as INTEGER content; empty when it had none.</param>
internal sealed record TimestampInfo(
    string Policy, HashAlgorithmName Hash, ReadOnlyMemory<byte> Digest, ReadOnlyMemory<byte> Serial, DateTimeOffset Time, ReadOnlyMemory<byte> Nonce)
{
    /// <summary>Parses DER and nothing after it.</summary>
    /// <exception cref="AsnContentException">It does not parse.</exception>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TimestampMalformed"/>.</exception>
    public static TimestampInfo Parse(ReadOnlyMemory<byte> der)
    {
        var fields = Der.ReadWholeSequence(der);
        if (!fields.TryReadInt32(out var version) || version != 1)
        {
            throw Malformed("is not of version 1");
        }

        var policy = fields.ReadObjectIdentifier();
        var imprint = fields.ReadSequence();
        var hash = HashAlgorithms.Read(imprint) ?? throw Malformed("uses a hash that is not accepted");
        var digest = imprint.ReadOctetString();
        imprint.ThrowIfNotEmpty();
        if (digest.Length != HashAlgorithms.Size(hash))
        {
            throw Malformed("has a digest of another length than its hash");
        }

        var serial = fields.ReadIntegerBytes();
        var time = fields.ReadGeneralizedTime();
        SkipAccuracy(fields);
        if (fields.NextIs(UniversalTagNumber.Boolean) && !fields.ReadBoolean())
        {
            throw Malformed("writes out a default value"); // X.690, section 11.5
        }

        var nonce = fields.NextIs(UniversalTagNumber.Integer) ? fields.ReadIntegerBytes() : default;
        if (nonce.Length > Limits.TimestampNonceOctets || serial.Length > Limits.SerialOctets + 1)
        {
            throw Malformed("has a nonce or serial number that is too long");
        }

        if (fields.NextIs(0))
        {
            _ = fields.ReadEncodedValue(); // tsa: a hint at the signer's name, which the certificate proves.
        }

        if (fields.NextIs(1))
        {
            SkipExtensions(fields.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 1)));
        }

        fields.ThrowIfNotEmpty();
        return new TimestampInfo(policy, hash, digest, serial, time, nonce);
    }

    /// <summary>DER, with an accuracy of one second and no ordering.</summary>
    public byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteObjectIdentifier(Policy);
            using (writer.PushSequence())
            {
                HashAlgorithms.Write(writer, Hash);
                writer.WriteOctetString(Digest.Span);
            }

            writer.WriteInteger(Serial.Span);
            writer.WriteGeneralizedTime(Time, omitFractionalSeconds: true);
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
            }

            if (!Nonce.IsEmpty)
            {
                writer.WriteInteger(Nonce.Span);
            }
        }

        return writer.Encode();
    }

    /// <summary>Accuracy ::= SEQUENCE { seconds INTEGER, millis [0] (1..999), micros [1] (1..999) }, all optional. Read for its form only.</summary>
    private static void SkipAccuracy(AsnReader fields)
    {
        if (!fields.NextIs(UniversalTagNumber.Sequence))
        {
            return;
        }

        var accuracy = fields.ReadSequence();
        if (accuracy.NextIs(UniversalTagNumber.Integer))
        {
            _ = accuracy.ReadIntegerBytes();
        }

        for (var number = 0; number <= 1; number++)
        {
            if (accuracy.NextIs(number))
            {
                _ = accuracy.ReadIntegerBytes(new Asn1Tag(TagClass.ContextSpecific, number));
            }
        }

        accuracy.ThrowIfNotEmpty();
    }

    /// <summary>None is known, so a critical one refuses (RFC 5280, section 4.2). Qualified authorities of the EU add one that is not (EN 319 422).</summary>
    private static void SkipExtensions(AsnReader extensions)
    {
        do
        {
            var extension = extensions.ReadSequence();
            _ = extension.ReadObjectIdentifier();
            if (extension.NextIs(UniversalTagNumber.Boolean))
            {
                throw Malformed("has a critical extension, or writes out a default value");
            }

            _ = extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
        }
        while (extensions.HasData);
    }

    private static EvidenceException Malformed(string fault) =>
        new(FailureCode.TimestampMalformed, $"A timestamp's content {fault}.");
}
