using System.Formats.Asn1;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Exchange;

/// <summary>The parts of a PKCS#10 request that count: key, signed bytes, signature. Subject and attributes are stepped over unread.</summary>
/// <param name="Spki">DER SubjectPublicKeyInfo.</param>
/// <param name="Signed">The CertificationRequestInfo, as it was signed.</param>
/// <param name="SignatureAlgorithm">Object identifier of the signature algorithm.</param>
/// <param name="Signature">The signature.</param>
internal sealed record KeyRequest(
    ReadOnlyMemory<byte> Spki, ReadOnlyMemory<byte> Signed, string SignatureAlgorithm, ReadOnlyMemory<byte> Signature)
{
    private static readonly Asn1Tag Attributes = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <exception cref="PossessionRefusedException"><see cref="PossessionRefusal.RequestMalformed"/>.</exception>
    public static KeyRequest Read(ReadOnlyMemory<byte> der)
    {
        try
        {
            // CertificationRequest ::= SEQUENCE { certificationRequestInfo, signatureAlgorithm, signature } (RFC 2986, section 4.2)
            var outer = new AsnReader(der, AsnEncodingRules.DER);
            var request = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var signed = request.PeekEncodedValue();
            var info = request.ReadSequence();
            var algorithm = ReadAlgorithm(request.ReadSequence());
            var signature = request.ReadBitString(out var unused);
            request.ThrowIfNotEmpty();

            // CertificationRequestInfo ::= SEQUENCE { version INTEGER { v1(0) }, subject, subjectPKInfo, attributes [0] } (section 4.1)
            var isVersion1 = info.TryReadInt32(out var version) && version == 0;
            _ = info.ReadSequence();
            var spki = info.ReadEncodedValue();
            if (info.HasData)
            {
                _ = info.ReadSetOf(Attributes);
            }

            info.ThrowIfNotEmpty();
            return isVersion1 && unused == 0
                ? new KeyRequest(spki, signed, algorithm, signature)
                : throw new PossessionRefusedException(PossessionRefusal.RequestMalformed);
        }
        catch (AsnContentException e)
        {
            throw new PossessionRefusedException(PossessionRefusal.RequestMalformed, e);
        }
    }

    /// <summary>The signature algorithm that goes with a key, as Fulcio's default list pairs them.</summary>
    public static string AlgorithmOf(KeyAlgorithm key) => key switch
    {
        KeyAlgorithm.EcdsaP256 => "1.2.840.10045.4.3.2",
        KeyAlgorithm.EcdsaP384 => "1.2.840.10045.4.3.3",
        KeyAlgorithm.EcdsaP521 => "1.2.840.10045.4.3.4",
        KeyAlgorithm.RsaPkcs1 => "1.2.840.113549.1.1.11",
        KeyAlgorithm.Ed25519 => "1.3.101.112",
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "Not an algorithm."),
    };

    /// <summary>None of the algorithms that we accept has parameters, but for the NULL of RSA (RFC 4055, section 5).</summary>
    private static string ReadAlgorithm(AsnReader algorithm)
    {
        var oid = algorithm.ReadObjectIdentifier();
        if (algorithm.HasData)
        {
            algorithm.ReadNull();
        }

        algorithm.ThrowIfNotEmpty();
        return oid;
    }
}
