namespace SigningAction.Authority.Exchange;

/// <summary>One OIDC issuer whose tokens may be exchanged, as the administrator writes it. <see cref="ExchangeOptionsValidator"/> holds the ranges.</summary>
public sealed class IssuerOptions
{
    /// <summary>The value of <see cref="TokenType"/> for issuers whose tokens have no <c>typ</c> (Kubernetes).</summary>
    public const string NoTokenType = "none";

    /// <summary>
    /// The <c>iss</c> of its tokens, compared as an exact string: no wildcard, no trailing slash. https, or http on loopback.
    /// For GitHub: <c>https://token.actions.githubusercontent.com</c>.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>Whose claims these are. Required.</summary>
    public IssuerKind Kind { get; set; }

    /// <summary>The one audience that a token must be made for. A token for anybody else is of no use here.</summary>
    public string Audience { get; set; } = "sigstore";

    /// <summary>
    /// JOSE algorithms that its tokens may use, of RS256, RS384 and RS512. Null means RS256 alone.
    /// (Null, because the configuration binder appends to a default list instead of replacing it.)
    /// </summary>
    public IReadOnlyList<string>? Algorithms { get; set; }

    /// <summary>The <c>typ</c> that its tokens must have, exact; <see cref="NoTokenType"/> where they have none.</summary>
    public string TokenType { get; set; } = "JWT";

    /// <summary>Longest time between <c>iat</c> and <c>exp</c>; up to a day. GitHub's tokens live 5 to 10 minutes.</summary>
    public TimeSpan MaximumLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether one token may be exchanged for one key only (<see cref="ReplayGuard"/>).</summary>
    public bool SingleUse { get; set; }

    /// <summary>Where its key set is, when its discovery document is not to be asked or names another host.</summary>
    public string? JwksUri { get; set; }

    /// <summary>What its claims mean. Required with <see cref="IssuerKind.Mapped"/>, an error with any other kind.</summary>
    public ClaimMapping? Mapping { get; set; }

    /// <summary>Prefix of the URIs in certificates, without a trailing slash; GitHub's token does not say on which server it was made. For GitHub alone.</summary>
    public string ServerUrl { get; set; } = "https://github.com";
}
