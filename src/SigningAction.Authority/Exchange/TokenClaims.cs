using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// The claims of a token whose signature was verified, read with their types: GitHub's are strings, ids included, and a number or a list
/// in a string's place is refused instead of converted, so that no two readers see two identities.
/// </summary>
internal sealed class TokenClaims(JsonElement payload)
{
    /// <summary>How far the issuer's clock may be from ours. RFC 7519 speaks of "a few minutes"; short lives need less.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>A 64-bit number has no more.</summary>
    private const int IntegerDigits = 20;

    /// <summary>9999-12-31: beyond it DateTimeOffset ends.</summary>
    private const long LastSecond = 253_402_300_799;

    /// <summary>Whether the claim is there at all, whatever its type.</summary>
    public bool Has(string claim) => payload.TryGetProperty(claim, out _);

    /// <summary>Whether the claim is there at all, whatever its type.</summary>
    public bool Has(ClaimReference claim) => TryGet(claim, out _);

    /// <summary>A claim of a mapping; null only when it may be absent or empty, and is.</summary>
    /// <exception cref="TokenRefusedException">It is missing, of another type or too long.</exception>
    public string? Find(ClaimReference claim)
    {
        var text = !TryGet(claim, out var value) ? null : claim.IsInteger ? Integer(claim.Name, value) : Text(claim.Name, value);
        return text is not null || claim.IsOptional ? text : throw Missing(claim.Name);
    }

    /// <summary>A claim that must be there, not empty.</summary>
    public string Required(string claim) =>
        Optional(claim) ?? throw Missing(claim);

    /// <summary>A claim that may be absent or empty: then null.</summary>
    public string? Optional(string claim) => payload.TryGetProperty(claim, out var value) ? Text(claim, value) : null;

    /// <summary>
    /// The address of <c>email</c> where <c>email_verified</c> is true; else null. Nothing is decided by it, so what is wrong with it refuses no token.
    /// </summary>
    public string? VerifiedEmail() =>
        payload.TryGetProperty("email_verified", out var verified) && verified.ValueKind == JsonValueKind.True
        && payload.TryGetProperty("email", out var email) && email.ValueKind == JsonValueKind.String
        && CompactToken.TextOf(email) is { Length: > 0 and <= Limits.ClaimCharacters } text ? text : null;

    /// <summary>Every name and text of the payload is fit to be shown: <see cref="Check"/> asks this first.</summary>
    /// <exception cref="TokenRefusedException"><see cref="TokenRefusal.ClaimCharacters"/>.</exception>
    public void CheckCharacters() => CheckCharacters(payload);

    private static string? Text(string claim, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw new TokenRefusedException(TokenRefusal.ClaimType, $"The token's claim {claim} is not a string.");
        }

        var text = CompactToken.TextOf(value) ?? throw Characters();
        return text.Length <= Limits.ClaimCharacters
            ? text.Length == 0 ? null : text
            : throw new TokenRefusedException(TokenRefusal.ClaimTooLong, $"The token's claim {claim} is longer than {Limits.ClaimCharacters} characters.");
    }

    /// <summary>A JSON integer as its digits: no sign, fraction or exponent, which are other spellings of one number.</summary>
    private static string Integer(string claim, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw new TokenRefusedException(TokenRefusal.ClaimType, $"The token's claim {claim} is not a number.");
        }

        var digits = value.GetRawText();
        return digits.Length <= IntegerDigits && !digits.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? digits
            : throw new TokenRefusedException(TokenRefusal.ClaimRange, $"The token's claim {claim} is no whole number of at most {IntegerDigits} digits.");
    }

    private bool TryGet(ClaimReference claim, out JsonElement value)
    {
        value = payload;
        foreach (var name in claim.Path)
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Everything about the claims that does not depend on whose they are: characters, audience, times. Gives the expiry.</summary>
    /// <exception cref="TokenRefusedException">One of them is not as the issuer's tokens must be.</exception>
    public DateTimeOffset Check(IssuerOptions issuer, DateTimeOffset now)
    {
        CheckCharacters(payload);
        CheckAudience(issuer.Audience);
        return CheckTimes(issuer.MaximumLifetime, now);
    }

    /// <summary>
    /// Every name and text of the payload, mapped or not: one of them may be put into a certificate, an audit row or a page tomorrow.
    /// Letters of every script pass; what moves a cursor, breaks a line or turns the reading direction does not.
    /// </summary>
    private static void CheckCharacters(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when !IsPlain(JsonMarshal.GetRawUtf8Value(value)) && (CompactToken.TextOf(value) is not { } text || !IsFit(text)):
                throw Characters();
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    CheckCharacters(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    if (!IsPlain(JsonMarshal.GetRawUtf8PropertyName(member)) && !NameIsFit(member))
                    {
                        throw Characters();
                    }

                    CheckCharacters(member.Value);
                }

                break;
        }
    }

    /// <summary>RFC 7519, section 4.1.3 allows one audience as a text or as a list of one; a second audience is somebody else who could replay the token here.</summary>
    private void CheckAudience(string audience)
    {
        if (!payload.TryGetProperty("aud", out var value))
        {
            throw new TokenRefusedException(TokenRefusal.ClaimMissing, "The token has no claim aud.");
        }

        var only = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 ? value[0] : value;
        if (only.ValueKind == JsonValueKind.Array)
        {
            throw new TokenRefusedException(TokenRefusal.AudienceMismatch, $"The token is for several audiences, or none, instead of \"{audience}\" alone.");
        }

        if (only.ValueKind != JsonValueKind.String)
        {
            throw new TokenRefusedException(TokenRefusal.ClaimType, "The token's claim aud is not a string.");
        }

        if (!only.ValueEquals(audience))
        {
            throw new TokenRefusedException(TokenRefusal.AudienceMismatch, $"The token is for another audience than \"{audience}\".");
        }
    }

    private DateTimeOffset CheckTimes(TimeSpan maximumLifetime, DateTimeOffset now)
    {
        var issued = Time("iat");
        var expires = Time("exp");
        if (now > expires + ClockSkew)
        {
            throw new TokenRefusedException(
                TokenRefusal.Expired, string.Create(CultureInfo.InvariantCulture, $"The token expired at {expires:yyyy-MM-dd'T'HH:mm:ss'Z'}."));
        }

        if (issued > now + ClockSkew || (Has("nbf") && Time("nbf") > now + ClockSkew))
        {
            throw new TokenRefusedException(TokenRefusal.NotYetValid, "The token comes from the future.");
        }

        if (expires <= issued)
        {
            throw new TokenRefusedException(TokenRefusal.ClaimRange, "The token expires before it was issued.");
        }

        return expires - issued <= maximumLifetime
            ? expires
            : throw new TokenRefusedException(
                TokenRefusal.LifetimeTooLong,
                string.Create(CultureInfo.InvariantCulture, $"The token lives longer than {maximumLifetime.TotalMinutes:0} minutes."));
    }

    /// <summary>A NumericDate (RFC 7519, section 2) in whole seconds; fractions, exponents and texts are refused, though the RFC allows a fraction.</summary>
    private DateTimeOffset Time(string claim)
    {
        if (!payload.TryGetProperty(claim, out var value))
        {
            throw new TokenRefusedException(TokenRefusal.ClaimMissing, $"The token has no claim {claim}.");
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            throw new TokenRefusedException(TokenRefusal.ClaimType, $"The token's claim {claim} is not a number.");
        }

        return value.TryGetInt64(out var seconds) && seconds is > 0 and <= LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new TokenRefusedException(TokenRefusal.ClaimRange, $"The token's claim {claim} is no time in whole seconds.");
    }

    private static bool NameIsFit(JsonProperty member)
    {
        try
        {
            return IsFit(member.Name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Printable ASCII without an escape, which nearly every claim is: told from its bytes, and need not become text first.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> raw) => !raw.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !raw.Contains((byte)'\\');

    private static bool IsFit(string text) => text.EnumerateRunes().All(IsFit);

    private static bool IsFit(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) && !IsDirection(rune.Value) && rune.Value != 0xFEFF;

    /// <summary>The characters of Unicode's property Bidi_Control.</summary>
    private static bool IsDirection(int c) => c is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static TokenRefusedException Missing(string claim) => new(TokenRefusal.ClaimMissing, $"The token has no claim {claim}.");

    private static TokenRefusedException Characters() =>
        new(TokenRefusal.ClaimCharacters, "A claim of the token has a control or direction character.");
}
