using System.Text.Json;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Exchange;

/// <summary>The JOSE header (RFC 7515, section 4), of which three members are believed.</summary>
/// <param name="Algorithm"><c>alg</c>, as written; whether it is allowed is the issuer's to say.</param>
/// <param name="Type"><c>typ</c>, as written; null when absent, empty when it is no text.</param>
/// <param name="KeyId"><c>kid</c>: printable ASCII, 1 to <c>Limits.KeyIdCharacters</c> characters.</param>
internal sealed record TokenHeader(string Algorithm, string? Type, string KeyId)
{
    /// <summary>
    /// Reads it. RFC 7515 says that unknown members are to be ignored; we refuse them, because every attack on a header needs one and
    /// no issuer that pipelines use sends any.
    /// </summary>
    /// <exception cref="TokenRefusedException">A member is not allowed, or one of the three is unfit.</exception>
    public static TokenHeader Read(JsonElement header)
    {
        foreach (var member in header.EnumerateObject())
        {
            if (member.NameEquals("crit"u8) || member.NameEquals("b64"u8) || member.NameEquals("zip"u8))
            {
                throw new TokenRefusedException(TokenRefusal.CriticalHeader, "The token's header asks for an extension of the signature format.");
            }

            if (!IsKnown(member))
            {
                throw new TokenRefusedException(TokenRefusal.HeaderNotAllowed, "The token's header has a member other than alg, kid, typ and x5t.");
            }
        }

        return new TokenHeader(CompactToken.StringOf(header, "alg") ?? "", header.TryGetProperty("typ"u8, out _) ? CompactToken.StringOf(header, "typ") ?? "" : null, ReadKeyId(header));
    }

    /// <summary>Whether a key id is fit to be compared and shown: printable ASCII of a bounded length.</summary>
    internal static bool IsKeyId(string? text) =>
        text is { Length: > 0 and <= Limits.KeyIdCharacters } && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary><c>x5t</c> and <c>x5t#S256</c> name the key a second time; the certificate they are digests of is never fetched, so they say nothing.</summary>
    private static bool IsKnown(JsonProperty member) =>
        member.NameEquals("alg"u8) || member.NameEquals("kid"u8) || member.NameEquals("typ"u8)
        || member.NameEquals("x5t"u8) || member.NameEquals("x5t#S256"u8);

    private static string ReadKeyId(JsonElement header)
    {
        var keyId = CompactToken.StringOf(header, "kid");
        return IsKeyId(keyId)
            ? keyId!
            : throw new TokenRefusedException(TokenRefusal.KeyIdInvalid, "The token's header does not name its key by a short printable text.");
    }
}
