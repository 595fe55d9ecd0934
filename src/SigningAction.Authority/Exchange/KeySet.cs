using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// A JSON Web Key Set (RFC 7517), of which the signature keys of RSA, P-256 and P-384 are kept. A key that could not have signed a token (other type, use or
/// algorithm, too small, without <c>kid</c>) is skipped, as section 5 says; a set that is malformed or ambiguous is refused whole.
/// </summary>
internal sealed class KeySet
{
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private readonly FrozenDictionary<string, Key> _keys;

    private KeySet(Dictionary<string, Key> keys, int exposed)
    {
        _keys = keys.ToFrozenDictionary(StringComparer.Ordinal);
        Exposed = exposed;
    }

    /// <summary>Keys kept.</summary>
    public int Count => _keys.Count;

    /// <summary>Keys that were published with their private half. They are not kept: anybody could sign with them.</summary>
    public int Exposed { get; }

    /// <summary>The key of this id, when it may be used with this algorithm; else null.</summary>
    public SecurityKey? Find(string keyId, string algorithm) =>
        _keys.TryGetValue(keyId, out var key) && (key.Algorithm == algorithm || (key.Algorithm is null && algorithm.StartsWith("RS", StringComparison.Ordinal))) ? key.Public : null;

    /// <exception cref="KeySetException">Malformed, too many keys, or one id for two keys.</exception>
    public static KeySet Parse(byte[] utf8)
    {
        var root = JsonAnswer.ReadObject(utf8);
        if (!root.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw new KeySetException(KeySetFault.Malformed);
        }

        if (list.GetArrayLength() > Limits.KeySetKeys)
        {
            throw new KeySetException(KeySetFault.TooManyKeys);
        }

        var keys = new Dictionary<string, Key>(StringComparer.Ordinal);
        var exposed = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw new KeySetException(KeySetFault.Malformed);
            }

            if (!IsForTokens(item, out var keyId))
            {
                continue;
            }

            if (PrivateMembers.Any(member => item.TryGetProperty(member, out _)))
            {
                exposed++;
            }
            else if (ReadKey(item, keyId) is { } key && !keys.TryAdd(keyId, key))
            {
                throw new KeySetException(KeySetFault.DuplicateKeyId);
            }
        }

        return new KeySet(keys, exposed);
    }

    /// <summary>A key for signatures with a <c>kid</c> (RFC 7517, section 4).</summary>
    private static bool IsForTokens(JsonElement key, out string keyId)
    {
        keyId = Text(key, "kid") ?? "";
        return Text(key, "kty") is "RSA" or "EC" && Text(key, "use") is null or "sig" && TokenHeader.IsKeyId(keyId);
    }

    /// <summary>A key that its issuer can have signed a token with; null when it is of a type, algorithm or strength that is not accepted.</summary>
    private static Key? ReadKey(JsonElement key, string keyId) => (Text(key, "kty"), Text(key, "crv"), Text(key, "alg")) switch
    {
        ("RSA", _, null or "RS256" or "RS384" or "RS512") => ReadRsa(key) is { } rsa ? new Key(new RsaSecurityKey(rsa) { KeyId = keyId }, Text(key, "alg")) : null,
        ("EC", "P-256", null or "ES256") => new Key(ReadEc(key, ECCurve.NamedCurves.nistP256, keyId), "ES256"),
        ("EC", "P-384", null or "ES384") => new Key(ReadEc(key, ECCurve.NamedCurves.nistP384, keyId), "ES384"),
        _ => null,
    };

    /// <summary>A point (RFC 7518, section 6.2.1), which must be on its curve.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The key belongs to the set, and ends with it.")]
    private static ECDsaSecurityKey ReadEc(JsonElement key, ECCurve curve, string keyId)
    {
        if (!CompactToken.TryDecode(Text(key, "x") ?? "", out var x) || !CompactToken.TryDecode(Text(key, "y") ?? "", out var y))
        {
            throw new KeySetException(KeySetFault.Malformed);
        }

        try
        {
            return new ECDsaSecurityKey(ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } })) { KeyId = keyId };
        }
        catch (CryptographicException e)
        {
            throw new KeySetException(KeySetFault.Malformed, e);
        }
    }

    /// <summary>Modulus and exponent (RFC 7518, section 6.3.1); null when the key is of a size or exponent that is not accepted.</summary>
    private static RSAParameters? ReadRsa(JsonElement key)
    {
        if (!CompactToken.TryDecode(Text(key, "n") ?? "", out var modulus) || !CompactToken.TryDecode(Text(key, "e") ?? "", out var exponent))
        {
            throw new KeySetException(KeySetFault.Malformed);
        }

        var number = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        return number.GetBitLength() is >= Limits.RsaMinimumBits and <= Limits.RsaMaximumBits
            && !number.IsEven
            && exponent.AsSpan().SequenceEqual<byte>([1, 0, 1])
            ? new RSAParameters { Modulus = number.ToByteArray(isUnsigned: true, isBigEndian: true), Exponent = exponent }
            : null;
    }

    /// <summary>A string member; null when absent. A member of another type is no key of this format.</summary>
    private static string? Text(JsonElement key, string name) =>
        !key.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? CompactToken.TextOf(value) ?? throw new KeySetException(KeySetFault.Malformed)
        : throw new KeySetException(KeySetFault.Malformed);

    /// <param name="Public">The key.</param>
    /// <param name="Algorithm">The one that it is for; null for an RSA key that names none.</param>
    private sealed record Key(SecurityKey Public, string? Algorithm);
}
