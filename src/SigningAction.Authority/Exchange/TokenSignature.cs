using System.Diagnostics.CodeAnalysis;
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

    private readonly Exception? _fault;

    private TokenSignature(bool holds, Exception? fault)
    {
        Holds = holds;
        _fault = fault;
    }

    /// <summary>Whether the signature was verified. False only for a token that the library cannot read at all, which is never accepted.</summary>
    public bool Holds { get; }

    /// <summary>Verifies the signature; what the library holds against the claims is kept for <see cref="ThrowUnlessValid"/>.</summary>
    /// <exception cref="TokenRefusedException"><see cref="TokenRefusal.SignatureInvalid"/>.</exception>
    public static async Task<TokenSignature> VerifyAsync(CompactToken token, IssuerOptions issuer, SecurityKey key, TimeProvider time)
    {
        if (!TryRead(token.Text, out var read, out var unreadable))
        {
            return new TokenSignature(holds: false, unreadable);
        }

        var result = await Handler.ValidateTokenAsync(read, Parameters(issuer, key, time));
        if (result.IsValid)
        {
            return new TokenSignature(holds: true, null);
        }

        return result.Exception switch
        {
            // The handler verifies the signature before it looks at a claim, so these alone mean that it holds.
            SecurityTokenInvalidAudienceException or SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException
                or SecurityTokenNotYetValidException or SecurityTokenNoExpirationException => new TokenSignature(holds: true, result.Exception),
            SecurityTokenException => throw new TokenRefusedException(
                TokenRefusal.SignatureInvalid, "The token's signature does not verify.", result.Exception),
            // It stumbled over a number that is no time: what it had verified by then is not known.
            _ => new TokenSignature(holds: false, result.Exception),
        };
    }

    /// <summary>Refuses what the library refused and our own checks let pass: two readers do not agree on this token.</summary>
    public void ThrowUnlessValid()
    {
        if (_fault is not null)
        {
            throw new TokenRefusedException(TokenRefusal.Malformed, "The token reads in two ways.", _fault);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Reading is total: whatever the library throws over a stranger's bytes, it could not read them.")]
    private static bool TryRead(string text, [NotNullWhen(true)] out JsonWebToken? token, [NotNullWhen(false)] out Exception? unreadable)
    {
        try
        {
            token = Handler.ReadJsonWebToken(text);
            unreadable = null;
            return true;
        }
        catch (Exception e)
        {
            token = null;
            unreadable = e;
            return false;
        }
    }

    private static TokenValidationParameters Parameters(IssuerOptions issuer, SecurityKey key, TimeProvider time) => new()
    {
        ValidIssuer = issuer.Url,
        ValidAudience = issuer.Audience,
        ValidAlgorithms = AlgorithmsOf(issuer),
        // Issuer.CheckHeader has refused a header with a type then.
        ValidTypes = issuer.TokenType == IssuerOptions.NoTokenType ? null : [issuer.TokenType],
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
