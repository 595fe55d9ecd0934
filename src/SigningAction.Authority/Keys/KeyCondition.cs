namespace SigningAction.Authority.Keys;

/// <summary>What came of the last signature of a key.</summary>
public enum KeyCondition
{
    /// <summary>Never used: a default value is no condition.</summary>
    None = 0,

    /// <summary>It signed, or was not asked yet.</summary>
    Ready,

    /// <summary>Its store gave no signature: it timed out, throttles, or lost its session.</summary>
    DoesNotSign,

    /// <summary>It gave a signature that its public key does not verify.</summary>
    SignsWrongly,
}
