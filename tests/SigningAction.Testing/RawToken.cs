using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SigningAction.Testing;

/// <summary>JWS compact serialization from raw texts: tokens that no library would make.</summary>
public static class RawToken
{
    /// <summary>Signed with RS256, whatever the header says.</summary>
    public static string Sign(IssuerKey key, string header, string payload)
    {
        var input = Input(header, payload);
        return $"{input}.{Base64Url.EncodeToString(key.Sign(input))}";
    }

    /// <summary>With an HMAC keyed by anything, such as a public key (T-02).</summary>
    public static string SignHmac(byte[] secret, string header, string payload)
    {
        var input = Input(header, payload);
        return $"{input}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>With a signature of the caller's choice.</summary>
    public static string Join(string header, string payload, byte[] signature) => $"{Input(header, payload)}.{Base64Url.EncodeToString(signature)}";

    private static string Input(string header, string payload) => $"{Encode(header)}.{Encode(payload)}";

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
