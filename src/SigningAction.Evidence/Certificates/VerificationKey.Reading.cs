using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <content>Reading keys.</content>
public sealed partial class VerificationKey
{
    /// <summary>Parses a DER SubjectPublicKeyInfo: nothing after it, curve and size accepted, point on the curve.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.KeyUnsupported"/>.</exception>
    public static VerificationKey Parse(ReadOnlySpan<byte> spki)
    {
        try
        {
            var bytes = spki.ToArray();
            var outer = new AsnReader(bytes, AsnEncodingRules.DER);
            var sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var algorithm = sequence.ReadSequence();
            var oid = algorithm.ReadObjectIdentifier();
            var key = sequence.ReadBitString(out var unused);
            sequence.ThrowIfNotEmpty();
            if (unused != 0)
            {
                throw Unsupported("its bit string is not whole bytes");
            }

            return oid switch
            {
                "1.2.840.10045.2.1" => ParseEcdsa(bytes, algorithm, key),
                "1.2.840.113549.1.1.1" => ParseRsa(bytes, algorithm, key),
                "1.3.101.112" => ParseEd25519(bytes, algorithm, key),
                _ => throw Unsupported($"algorithm {PrintableText.Exact(oid)} is not accepted"),
            };
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            throw new EvidenceException(FailureCode.KeyUnsupported, "A public key does not parse.", e);
        }
    }

    /// <summary>
    /// Parses a bare RSAPublicKey (RFC 8017, appendix A.1.1), the form <c>PKCS1_RSA_PKCS1V5</c> of protobuf-specs in which trusted roots
    /// still list an old log. <see cref="Id"/> is that of the SubjectPublicKeyInfo around it.
    /// </summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.KeyUnsupported"/>.</exception>
    public static VerificationKey ParsePkcs1(ReadOnlySpan<byte> rsaPublicKey)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.RsaEncryption);
                writer.WriteNull();
            }

            writer.WriteBitString(rsaPublicKey);
        }

        return Parse(writer.Encode());
    }

    /// <summary>Parses the 32 raw bytes of an Ed25519 key (RFC 8032, section 5.1.5).</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.KeyUnsupported"/>.</exception>
    public static VerificationKey ParseEd25519(ReadOnlySpan<byte> raw)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.3.101.112");
            }

            writer.WriteBitString(raw);
        }

        return Parse(writer.Encode());
    }

    /// <summary>
    /// Parses a key whose algorithm is stated beside it (<c>PublicKeyDetails</c> of protobuf-specs). RSASSA-PSS is known from there only: the key itself says RSA.
    /// </summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.KeyUnsupported"/>, also where the key is of another size than stated.</exception>
    public static VerificationKey Parse(ReadOnlySpan<byte> spki, string? details)
    {
        if (details == "PKCS1_RSA_PKCS1V5")
        {
            return ParsePkcs1(spki);
        }

        var key = Parse(spki);
        if (details?.StartsWith(RsaPssDetails, StringComparison.Ordinal) != true)
        {
            return key;
        }

        var pss = key.Algorithm == KeyAlgorithm.RsaPkcs1 ? new VerificationKey(key._spki, KeyAlgorithm.RsaPss, rsa: key._rsa) : key;
        return pss.Details == details ? pss : throw Unsupported("it is not the RSA key that is stated beside it");
    }

    private static VerificationKey ParseEcdsa(byte[] spki, AsnReader algorithm, byte[] point)
    {
        var curve = algorithm.ReadObjectIdentifier();
        algorithm.ThrowIfNotEmpty();
        var kind = curve switch
        {
            "1.2.840.10045.3.1.7" => KeyAlgorithm.EcdsaP256,
            "1.3.132.0.34" => KeyAlgorithm.EcdsaP384,
            "1.3.132.0.35" => KeyAlgorithm.EcdsaP521,
            _ => throw Unsupported($"curve {PrintableText.Exact(curve)} is not accepted"),
        };

        // Uncompressed only (RFC 5480, section 2.2 allows no hybrid form): one key has one encoding, and so one id.
        var coordinate = kind switch { KeyAlgorithm.EcdsaP256 => 32, KeyAlgorithm.EcdsaP384 => 48, _ => 66 };
        if (point.Length != 1 + (2 * coordinate) || point[0] != 4)
        {
            throw Unsupported("its point is not in uncompressed form");
        }

        return new VerificationKey(spki, kind, ecdsa: EcdsaKey.Import(kind, point));
    }

    private static VerificationKey ParseRsa(byte[] spki, AsnReader algorithm, byte[] modulusAndExponent)
    {
        algorithm.ReadNull();
        algorithm.ThrowIfNotEmpty();
        var numbers = Der.ReadWholeSequence(modulusAndExponent);
        _ = numbers.ReadIntegerBytes();
        _ = numbers.ReadIntegerBytes();
        numbers.ThrowIfNotEmpty();
        var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(spki, out _);
        var exponent = key.ExportParameters(false).Exponent!;
        if (key.KeySize is not (2048 or 3072 or 4096) || !exponent.AsSpan().SequenceEqual<byte>([1, 0, 1]))
        {
            throw Unsupported($"RSA with {key.KeySize} bits and exponent {Convert.ToHexString(exponent)} is not accepted");
        }

        return new VerificationKey(spki, KeyAlgorithm.RsaPkcs1, rsa: key);
    }

    private static VerificationKey ParseEd25519(byte[] spki, AsnReader algorithm, byte[] key)
    {
        algorithm.ThrowIfNotEmpty();
        return key.Length == Ed25519.PublicKeySize && Ed25519.ValidatePublicKeyFull(key, 0)
            ? new VerificationKey(spki, KeyAlgorithm.Ed25519, ed25519: key)
            : throw Unsupported("it is no point of full order");
    }

    private static EvidenceException Unsupported(string why) =>
        new(FailureCode.KeyUnsupported, $"A public key is not accepted: {why}.");
}
