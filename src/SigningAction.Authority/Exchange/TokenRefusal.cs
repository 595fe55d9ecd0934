namespace SigningAction.Authority.Exchange;

/// <summary>Why a token is refused: a closed set. The text form (<see cref="TokenRefusals.Text"/>) is stable and safe to show.</summary>
public enum TokenRefusal
{
    /// <summary>Never used: a default value is not a reason.</summary>
    None = 0,

    // --- Form: before anything is asked over the network -------------------------------------------------------------

    /// <summary>No token was sent.</summary>
    Missing,

    /// <summary>The token is larger than <c>Limits.TokenBytes</c>.</summary>
    TooLarge,

    /// <summary>Not three parts of canonical base64url (RFC 7515, section 7.1), or header or payload is no JSON object.</summary>
    Malformed,

    /// <summary>A member stands twice in one object: two readers would see two tokens.</summary>
    DuplicateMember,

    /// <summary>The header has <c>crit</c>, <c>b64</c> or <c>zip</c>, which change what the signature means.</summary>
    CriticalHeader,

    /// <summary>The header has a member other than alg, kid, typ, x5t: above all a key or the address of one (jwk, jku, x5u, x5c).</summary>
    HeaderNotAllowed,

    /// <summary>The header's <c>kid</c> is absent, empty, too long or not printable.</summary>
    KeyIdInvalid,

    /// <summary>The token's <c>iss</c> is not, character by character, an issuer that is configured.</summary>
    UnknownIssuer,

    /// <summary>The header's <c>alg</c> is not one that the issuer uses; <c>none</c> and HMAC never are.</summary>
    AlgorithmNotAllowed,

    /// <summary>The header's <c>typ</c> is not the issuer's.</summary>
    TypeNotAllowed,

    // --- Signature ---------------------------------------------------------------------------------------------------

    /// <summary>The issuer's key set, freshly fetched where that was allowed, has no key of this <c>kid</c> and algorithm.</summary>
    UnknownKey,

    /// <summary>The issuer's keys cannot be fetched and none are at hand: our trouble, worth another try.</summary>
    KeySetUnavailable,

    /// <summary>The signature does not verify.</summary>
    SignatureInvalid,

    // --- Claims: the issuer did say this -----------------------------------------------------------------------------

    /// <summary>The token was made for another audience, or for several.</summary>
    AudienceMismatch,

    /// <summary>The token has expired.</summary>
    Expired,

    /// <summary><c>nbf</c> or <c>iat</c> lies in the future.</summary>
    NotYetValid,

    /// <summary>The token lives longer than the issuer's tokens may.</summary>
    LifetimeTooLong,

    /// <summary>A claim that the identity needs is absent or empty.</summary>
    ClaimMissing,

    /// <summary>A claim is of another JSON type than the issuer's tokens have.</summary>
    ClaimType,

    /// <summary>A time claim is no plausible time, or <c>exp</c> does not lie after <c>iat</c>.</summary>
    ClaimRange,

    /// <summary>A claim has a control, bidirectional or line-breaking character.</summary>
    ClaimCharacters,

    /// <summary>A claim is longer than <c>Limits.ClaimCharacters</c>.</summary>
    ClaimTooLong,

    /// <summary>A claim has in it what ends it in the issuer's mapping: two pipelines would read as one.</summary>
    ClaimAmbiguous,

    /// <summary>The token has a claim that the issuer's mapping does not allow.</summary>
    ClaimForbidden,

    /// <summary>The token is genuine but no pipeline's: a person logged in, or another service.</summary>
    NotAPipeline,

    /// <summary>The token was exchanged before for another key, and its issuer's tokens are for single use.</summary>
    Replayed,

    /// <summary>Too many single-use tokens are alive to remember one more: our trouble, worth another try.</summary>
    ReplayMemoryFull,
}
