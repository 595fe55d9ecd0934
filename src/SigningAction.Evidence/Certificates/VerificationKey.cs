using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// A public key that was parsed strictly, once. Instances are safe for concurrent use.
/// </summary>
public sealed partial class VerificationKey : IEquatable<VerificationKey>
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

    /// <summary>The public half of an ECDSA key.</summary>
    public static VerificationKey Of(ECDsa key) => Parse(key.ExportSubjectPublicKeyInfo());

    /// <summary>
    /// Says that this key verifies for as long as the process lives, like those of a trusted root or an authority's own. A P-256 key is then given a table of its multiples
    /// after 1,000 verifications (20 ms, 150 KB), with which each costs half. Not for keys that strangers bring, one after the other.
    /// </summary>
    /// <returns>This key.</returns>
    public VerificationKey ForLongUse()
    {
        if (Algorithm == KeyAlgorithm.EcdsaP256)
        {
            // The point is the end of its SubjectPublicKeyInfo.
            _ecdsa!.ExpectMany(_spki.AsSpan(^(1 + (2 * OrderBytes))..));
        }

        return this;
    }

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
}
