using Microsoft.Extensions.Options;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// Remembers single-use tokens until they expire. It remembers in memory: after a restart, and in a second process, a token that is still
/// alive counts as new. What bounds that is the token's life of minutes and the audit, which names the token's digest on every certificate.
/// </summary>
public sealed class ReplayGuard(IOptions<ExchangeOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Issuer, string TokenId), Sha256Digest> _used = [];
    private readonly PriorityQueue<(string Issuer, string TokenId), DateTimeOffset> _expiries = new();

    /// <summary>Tokens remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _used.Count;
            }
        }
    }

    /// <summary>
    /// Uses the token for one request. The same request again is a caller who did not get our answer, and passes; another one is refused.
    /// Does nothing where the issuer's tokens are not for single use. Call it last, when policy and proof of possession have said yes.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <param name="request">What is asked for: the SHA-256 of the public key to be certified.</param>
    /// <exception cref="TokenRefusedException"><see cref="TokenRefusal.Replayed"/> or <see cref="TokenRefusal.ReplayMemoryFull"/>.</exception>
    public void Use(VerifiedToken token, in Sha256Digest request)
    {
        if (!token.IsSingleUse)
        {
            return;
        }

        var key = (token.Issuer, token.TokenId ?? throw new InvalidOperationException("A single-use token was verified without its id."));
        lock (_gate)
        {
            Forget(time.GetUtcNow());
            if (_used.TryGetValue(key, out var first))
            {
                if (first != request)
                {
                    throw new TokenRefusedException(TokenRefusal.Replayed, "The token was used before for another key.").Of(token.Issuer, token.Digest);
                }

                return;
            }

            // Never by forgetting an older one: whoever can fill the memory could replay what falls out.
            if (_used.Count >= options.Value.ReplayCapacity)
            {
                throw new TokenRefusedException(TokenRefusal.ReplayMemoryFull, "Too many tokens are in use at this moment.").Of(token.Issuer, token.Digest);
            }

            _used.Add(key, request);
            _expiries.Enqueue(key, token.ExpiresAt + TokenClaims.ClockSkew);
        }
    }

    /// <summary>A token is refused as expired from the moment after its expiry and skew, so only then may it be forgotten.</summary>
    private void Forget(DateTimeOffset now)
    {
        while (_expiries.TryPeek(out var key, out var until) && now > until)
        {
            _ = _expiries.Dequeue();
            _ = _used.Remove(key);
        }
    }
}
