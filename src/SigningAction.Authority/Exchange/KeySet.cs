using System.Collections.Frozen;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// A JSON Web Key Set (RFC 7517), of which the RSA signature keys are kept. A key that could not have signed a token (other type, use or
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
        _keys.TryGetValue(keyId, out var key) && (key.Algorithm is null || key.Algorithm == algorithm) ? key.Public : null;

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
            else if (ReadRsa(item) is { } rsa && !keys.TryAdd(keyId, new Key(new RsaSecurityKey(rsa) { KeyId = keyId }, Text(item, "alg"))))
            {
                throw new KeySetException(KeySetFault.DuplicateKeyId);
            }
        }

        return new KeySet(keys, exposed);
    }

    /// <summary>An RSA key for signatures with a <c>kid</c> (RFC 7517, section 4).</summary>
    private static bool IsForTokens(JsonElement key, out string keyId)
    {
        keyId = Text(key, "kid") ?? "";
        return Text(key, "kty") == "RSA"
            && Text(key, "use") is null or "sig"
            && Text(key, "alg") is null or "RS256" or "RS384" or "RS512"
            && TokenHeader.IsKeyId(keyId);
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

    private sealed record Key(SecurityKey Public, string? Algorithm);
}
