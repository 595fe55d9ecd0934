namespace SigningAction.Authority.Exchange;

/// <summary>Turns an OIDC token into a <see cref="VerifiedToken"/>, or refuses it with a reason. Safe for concurrent use.</summary>
public sealed class TokenValidator(IssuerDirectory issuers, TimeProvider time)
{
    /// <summary>
    /// The order is the defence: form, then the issuer by its exact name, then algorithm and type, and only then is anything fetched; claims are
    /// judged last, so that a forger learns nothing about them.
    /// </summary>
    /// <param name="token">JWS compact serialization, as it came; a secret.</param>
    /// <param name="cancellation">Stops waiting for the issuer's keys.</param>
    /// <exception cref="TokenRefusedException">The token is refused, or its issuer's keys cannot be had.</exception>
    public async Task<VerifiedToken> ValidateAsync(string? token, CancellationToken cancellation)
    {
        var compact = CompactToken.Parse(token);
        var issuer = issuers.Find(compact.Issuer);
        issuer.CheckHeader(compact.Header);
        var key = await issuer.Keys.FindAsync(compact.Header, cancellation);
        return await VerifiedToken.VerifyAsync(compact, issuer, key, time);
    }
}
