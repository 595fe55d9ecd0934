using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// A token is refused. The message is one plain sentence of ours that is safe to show: no part of the token is in it but the names of claims we read.
/// </summary>
public sealed class TokenRefusedException : Exception
{
    /// <summary>Refuses for <paramref name="refusal"/> because of <paramref name="fault"/>, one plain sentence without text of the token.</summary>
    public TokenRefusedException(TokenRefusal refusal, string fault)
        : base(fault) => Refusal = refusal;

    /// <summary>Refuses, keeping for the log what the platform said.</summary>
    public TokenRefusedException(TokenRefusal refusal, string fault, Exception inner)
        : base(fault, inner) => Refusal = refusal;

    /// <summary>The reason, of a closed set.</summary>
    public TokenRefusal Refusal { get; }

    /// <summary>What the caller can do, one plain sentence.</summary>
    public string Remedy => TokenRefusals.Remedy(Refusal);

    /// <summary>
    /// Whether the issuer's signature had been verified: then the refusal is a decision that the audit names. Others anybody can cause,
    /// so they are only counted.
    /// </summary>
    public bool IsAuthenticated => Issuer is not null;

    /// <summary>Whether the trouble is ours and may pass.</summary>
    public bool IsTransient => TokenRefusals.IsTransient(Refusal);

    /// <summary>The configured issuer that signed the token; null unless <see cref="IsAuthenticated"/>.</summary>
    public string? Issuer { get; private set; }

    /// <summary>SHA-256 of the token, which the audit keeps in its place; null unless <see cref="IsAuthenticated"/>.</summary>
    public Sha256Digest? TokenDigest { get; private set; }

    /// <summary>Says whose token it was, once that is proven.</summary>
    internal TokenRefusedException Of(string issuer, Sha256Digest tokenDigest)
    {
        Issuer = issuer;
        TokenDigest = tokenDigest;
        return this;
    }
}
