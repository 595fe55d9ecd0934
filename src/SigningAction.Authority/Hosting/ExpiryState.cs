namespace SigningAction.Authority.Hosting;

/// <summary>How long the authority's own certificates still last.</summary>
public enum ExpiryState
{
    /// <summary>Never used: a default value is no state.</summary>
    None = 0,

    /// <summary>Long enough.</summary>
    Valid,

    /// <summary>An administrator has <see cref="Expiry.Warning"/> or less.</summary>
    Soon,

    /// <summary>Nothing can be signed any more.</summary>
    Expired,
}
