using Microsoft.IdentityModel.Tokens;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// A token that passed every check: holding one is the proof. Nothing but <see cref="VerifyAsync"/> makes one.
/// It carries what the token said and the token's digest, never the token.
/// </summary>
public sealed class VerifiedToken
{
    private VerifiedToken(CompactToken token, IssuerOptions issuer, PipelineIdentity identity, string? email, string? tokenId, DateTimeOffset expiresAt)
    {
        Identity = identity;
        Email = email;
        TokenId = tokenId;
        ExpiresAt = expiresAt;
        Digest = token.Digest;
        IsSingleUse = issuer.SingleUse;
    }

    /// <summary>Who the pipeline is: what policy judges and the certificate says.</summary>
    public PipelineIdentity Identity { get; }

    /// <summary>The issuer, as it is configured.</summary>
    public string Issuer => Identity.Issuer;

    /// <summary>The token's <c>sub</c>: the text that a caller signs to prove possession of the key.</summary>
    public string Subject => Identity.Subject;

    /// <summary>
    /// The token's <c>email</c>, which its issuer verified: the text that Sigstore's Go clients sign instead where a token has one. Null where there is none. It is no identity here.
    /// </summary>
    public string? Email { get; }

    /// <summary>The token's <c>jti</c>; null when it has none (never so where single use is on).</summary>
    public string? TokenId { get; }

    /// <summary>The token's <c>exp</c>.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>SHA-256 of the token's characters: what the audit keeps.</summary>
    public Sha256Digest Digest { get; }

    /// <summary>Whether the issuer's tokens may be exchanged for one key only.</summary>
    public bool IsSingleUse { get; }

    /// <summary>Signature first, then the claims: what is said about a claim is said of something that the issuer signed.</summary>
    internal static async Task<VerifiedToken> VerifyAsync(CompactToken token, Issuer from, SecurityKey key, TimeProvider time)
    {
        var issuer = from.Options;
        var signature = await TokenSignature.VerifyAsync(token, issuer, key, time);
        try
        {
            var claims = new TokenClaims(token.Payload);
            var expires = claims.Check(issuer, time.GetUtcNow());
            var tokenId = issuer.SingleUse ? claims.Required("jti") : claims.Optional("jti");
            var identity = from.Identities.Read(claims);

            // Ours are the reasons; the library's verdict stands beside them, and both must say yes.
            signature.ThrowUnlessValid();
            return new VerifiedToken(token, issuer, identity, claims.VerifiedEmail(), tokenId, expires);
        }
        catch (TokenRefusedException refused) when (signature.Holds)
        {
            throw refused.Of(issuer.Url, token.Digest);
        }
    }
}
