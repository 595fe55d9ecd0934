using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// The verdict of Microsoft.IdentityModel, held as strictly as it can be. What it accepts in spite of that (unknown <c>crit</c>, duplicate
/// members, any lifetime, numbers as texts) our own checks refuse.
/// </summary>
internal sealed class TokenSignature
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    private readonly Exception? _otherFault;

    private TokenSignature(Exception? otherFault) => _otherFault = otherFault;

    /// <summary>Verifies the signature; what the library holds against the claims is kept for <see cref="ThrowUnlessValid"/>.</summary>
    /// <exception cref="TokenRefusedException"><see cref="TokenRefusal.SignatureInvalid"/>.</exception>
    public static async Task<TokenSignature> VerifyAsync(CompactToken token, IssuerOptions issuer, SecurityKey key, TimeProvider time)
    {
        var result = await Handler.ValidateTokenAsync(token.Text, Parameters(issuer, key, time));
        if (result.IsValid)
        {
            return new TokenSignature(null);
        }

        // The handler verifies the signature before it looks at a claim, so these alone mean that it holds.
        return result.Exception is SecurityTokenInvalidAudienceException or SecurityTokenInvalidLifetimeException
            or SecurityTokenExpiredException or SecurityTokenNotYetValidException or SecurityTokenNoExpirationException
            ? new TokenSignature(result.Exception)
            : throw new TokenRefusedException(TokenRefusal.SignatureInvalid, "The token's signature does not verify.", result.Exception);
    }

    /// <summary>Refuses what the library refused and our own checks let pass: two readers do not agree on this token.</summary>
    public void ThrowUnlessValid()
    {
        if (_otherFault is not null)
        {
            throw new TokenRefusedException(TokenRefusal.ClaimRange, "The token's audience or times read in two ways.", _otherFault);
        }
    }

    private static TokenValidationParameters Parameters(IssuerOptions issuer, SecurityKey key, TimeProvider time) => new()
    {
        ValidIssuer = issuer.Url,
        ValidAudience = issuer.Audience,
        ValidAlgorithms = AlgorithmsOf(issuer),
        ValidTypes = [issuer.TokenType],
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = false,
        ValidateIssuerSigningKey = true,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        RequireAudience = true,
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ClockSkew = TokenClaims.ClockSkew,

        // The library has no public clock of its own to set; this is its own rule on ours.
        LifetimeValidator = (notBefore, expires, _, parameters) => IsAlive(notBefore, expires, time.GetUtcNow().UtcDateTime, parameters.ClockSkew),
    };

    private static bool IsAlive(DateTime? notBefore, DateTime? expires, DateTime now, TimeSpan skew) =>
        expires is { } end && now <= end + skew && (notBefore is not { } start || start <= now + skew);

    /// <summary>RS256 alone where the configuration names none.</summary>
    internal static IEnumerable<string> AlgorithmsOf(IssuerOptions issuer) => issuer.Algorithms ?? ["RS256"];
}
