namespace SigningAction.Authority.Exchange;

/// <summary>Why an issuer's keys could not be fetched: a closed set, shown to administrators.</summary>
public enum KeySetFault
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>No connection: name, network or TLS.</summary>
    Unreachable,

    /// <summary>The answer did not come, or not to its end, in time.</summary>
    TimedOut,

    /// <summary>The answer was another status than 200; a redirect is never followed.</summary>
    Status,

    /// <summary>The answer was larger than <c>Limits.KeySetBytes</c>.</summary>
    TooLarge,

    /// <summary>The key set has more than <c>Limits.KeySetKeys</c> keys.</summary>
    TooManyKeys,

    /// <summary>The answer was not the JSON that it must be, or had a member twice.</summary>
    Malformed,

    /// <summary>The discovery document is another issuer's.</summary>
    OtherIssuer,

    /// <summary>The discovery document sends for the keys to another scheme, host or port.</summary>
    OtherOrigin,

    /// <summary>Two keys have one <c>kid</c>: which of them signed would be a guess.</summary>
    DuplicateKeyId,

    /// <summary>The key set is well formed and has no key that could have signed a token: none is trusted any more.</summary>
    NoKey,
}
