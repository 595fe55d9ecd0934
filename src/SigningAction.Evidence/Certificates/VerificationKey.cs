using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// A public key that was parsed strictly, once. Instances are safe for concurrent use.
/// </summary>
public sealed class VerificationKey : IEquatable<VerificationKey>
{
    private const string RsaPssDetails = "PKIX_RSA_PSS_";

    private readonly EcdsaKey? _ecdsa;
    private readonly RSA? _rsa;
    private readonly byte[]? _ed25519;
    private readonly byte[] _spki;

    private VerificationKey(byte[] spki, KeyAlgorithm algorithm, EcdsaKey? ecdsa = null, RSA? rsa = null, byte[]? ed25519 = null)
    {
        _spki = spki;
        Algorithm = algorithm;
        _ecdsa = ecdsa;
        _rsa = rsa;
        _ed25519 = ed25519;
        Id = Sha256Digest.Of(spki);
    }

    /// <summary>The algorithm that this key verifies.</summary>
    public KeyAlgorithm Algorithm { get; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo: the RFC 6962 log id, and the issuer key hash of an SCT.</summary>
    public Sha256Digest Id { get; }

    /// <summary>DER SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7).</summary>
    public ReadOnlyMemory<byte> Spki => _spki;

    /// <summary>The hash that goes with the key: what a prehashed signature is made over (SHA-512 for Ed25519, which is then Ed25519ph).</summary>
    public HashAlgorithmName Hash => Algorithm switch
    {
        KeyAlgorithm.EcdsaP384 => HashAlgorithmName.SHA384,
        KeyAlgorithm.EcdsaP521 or KeyAlgorithm.Ed25519 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    /// <summary><c>PublicKeyDetails</c> of protobuf-specs, as written into log entries.</summary>
    public string Details => Algorithm switch
    {
        KeyAlgorithm.EcdsaP256 => "PKIX_ECDSA_P256_SHA_256",
        KeyAlgorithm.EcdsaP384 => "PKIX_ECDSA_P384_SHA_384",
        KeyAlgorithm.EcdsaP521 => "PKIX_ECDSA_P521_SHA_512",
        KeyAlgorithm.RsaPkcs1 => $"PKIX_RSA_PKCS1V15_{_rsa!.KeySize}_SHA256",
        KeyAlgorithm.RsaPss => $"{RsaPssDetails}{_rsa!.KeySize}_SHA256",
        KeyAlgorithm.Ed25519 => "PKIX_ED25519",
        _ => throw new InvalidOperationException("A key has an algorithm."),
    };

    /// <summary>The same for a signature over a digest: an Ed25519 key then makes Ed25519ph.</summary>
    public string PrehashedDetails => Algorithm == KeyAlgorithm.Ed25519 ? "PKIX_ED25519_PH" : Details;

    /// <summary>The 32 raw bytes of an Ed25519 key; empty for other keys.</summary>
    public ReadOnlyMemory<byte> Ed25519Raw => _ed25519;

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

    /// <summary>The public half of an ECDSA key.</summary>
    public static VerificationKey Of(ECDsa key) => Parse(key.ExportSubjectPublicKeyInfo());

    /// <summary>Verifies <paramref name="signature"/> over <paramref name="data"/>; ECDSA signatures are DER (RFC 3279, section 2.2.3).</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length > Limits.SignatureBytes)
        {
            return false;
        }

        if (_ed25519 is not null)
        {
            return signature.Length == Ed25519.SignatureSize
                && Ed25519.Verify(signature.ToArray(), 0, _ed25519, 0, data.ToArray(), 0, data.Length);
        }

        return Verify(data, signature, Hash);
    }

    /// <summary>
    /// Verifies with a hash that the signature's algorithm names instead of the key's own: certificates and CMS say which one.
    /// False for Ed25519, which takes no hash, and for any hash but SHA-256, SHA-384 and SHA-512.
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        if (signature.Length > Limits.SignatureBytes || HashAlgorithms.Size(hash) == 0)
        {
            return false;
        }

        if (_ecdsa is not null)
        {
            Span<byte> digest = stackalloc byte[HashAlgorithms.Size(hash)];
            HashAlgorithms.Hash(hash, [], data, digest);
            return VerifyEcdsa(digest, signature);
        }

        return _rsa is not null && _rsa.VerifyData(data, signature, hash, Padding);
    }

    /// <summary>Verifies a signature over data whose hash (by <see cref="Hash"/>) is <paramref name="digest"/>; with an Ed25519 key it is Ed25519ph.</summary>
    public bool VerifyDigest(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) => VerifyDigest(digest, signature, Hash);

    /// <summary>The same with another hash than the key's own, as cosign signs with SHA-256 whatever the curve. False for Ed25519 with any but SHA-512.</summary>
    public bool VerifyDigest(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        if (signature.Length > Limits.SignatureBytes || HashAlgorithms.Size(hash) == 0 || digest.Length != HashAlgorithms.Size(hash))
        {
            return false;
        }

        if (_ed25519 is not null)
        {
            return hash == HashAlgorithmName.SHA512 && signature.Length == Ed25519.SignatureSize
                && Ed25519.VerifyPrehash(signature.ToArray(), 0, _ed25519, 0, [], digest.ToArray(), 0);
        }

        return _ecdsa is not null
            ? VerifyEcdsa(digest, signature)
            : _rsa is not null && _rsa.VerifyHash(digest, signature, hash, Padding);
    }

    /// <summary>Verifies RSASSA-PSS with a salt as long as the hash, where the signature's algorithm names it; false for other keys than RSA.</summary>
    internal bool VerifyPss(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash) =>
        signature.Length <= Limits.SignatureBytes && HashAlgorithms.Size(hash) != 0
        && _rsa is not null && _rsa.VerifyData(data, signature, hash, RSASignaturePadding.Pss);

    /// <inheritdoc/>
    public bool Equals(VerificationKey? other) => other is not null && _spki.AsSpan().SequenceEqual(other._spki);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerificationKey);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();

    private RSASignaturePadding Padding => Algorithm == KeyAlgorithm.RsaPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

    private bool VerifyEcdsa(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) =>
        EcdsaSignature.IsStrictDer(signature, OrderBytes) && _ecdsa!.VerifyHash(digest, signature);

    private int OrderBytes => Algorithm switch
    {
        KeyAlgorithm.EcdsaP384 => 48,
        KeyAlgorithm.EcdsaP521 => 66,
        _ => 32,
    };

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
