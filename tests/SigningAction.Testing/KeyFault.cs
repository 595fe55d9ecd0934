namespace SigningAction.Testing;

/// <summary>How a <see cref="BrittleKey"/> misbehaves.</summary>
public enum KeyFault
{
    /// <summary>It does not.</summary>
    None = 0,

    /// <summary>It gives up waiting for its store.</summary>
    TimedOut,

    /// <summary>Its store answers 429.</summary>
    Throttled,

    /// <summary>The session with its module ended.</summary>
    SessionLost,

    /// <summary>It signs with another key of its kind.</summary>
    OtherKey,

    /// <summary>It signs another hash.</summary>
    OtherHash,

    /// <summary>One bit of the signature is wrong.</summary>
    BitFlipped,

    /// <summary>It signs with RSA.</summary>
    OtherAlgorithm,

    /// <summary>It gives no bytes.</summary>
    Empty,
}
