namespace SigningAction.Authority.Exchange;

/// <summary>Whose tokens an issuer makes, which decides how claims become a pipeline identity: a closed set.</summary>
public enum IssuerKind
{
    /// <summary>Never accepted: an issuer whose claims nobody reads is a configuration error.</summary>
    None = 0,

    /// <summary>GitHub Actions, github.com or a GitHub Enterprise (then <see cref="IssuerOptions.ServerUrl"/> says which).</summary>
    GitHubActions,

    /// <summary>Any other OIDC issuer: <see cref="IssuerOptions.Mapping"/> says what its claims mean.</summary>
    Mapped,
}
