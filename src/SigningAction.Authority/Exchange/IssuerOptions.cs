using System.ComponentModel.DataAnnotations;

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
    /// <remarks>An issuer that is nearly the right one is somebody else's.</remarks>
    [Required]
    public string Url { get; set; } = "";

    /// <summary>Whose claims these are: <c>GitHubActions</c> for github.com and every GitHub Enterprise, <c>Mapped</c> for any other.</summary>
    /// <remarks>The same claim means another thing elsewhere, so nothing is guessed.</remarks>
    [Required]
    public IssuerKind Kind { get; set; }

    /// <summary>The one audience that a token must be made for. A token for anybody else is of no use here.</summary>
    /// <remarks>What every Sigstore client asks its platform for.</remarks>
    public string Audience { get; set; } = "sigstore";

    /// <summary>
    /// JOSE algorithms that its tokens may use, of RS256, RS384, RS512, ES256 and ES384. Left out: RS256 alone.
    /// </summary>
    /// <remarks>A token says itself how it is signed; what its issuer does not use must not be taken.</remarks>
    public IReadOnlyList<string>? Algorithms { get; set; }

    /// <summary>The <c>typ</c> that its tokens must have, exact; <c>none</c> where they have none (Kubernetes).</summary>
    /// <remarks>What GitHub, GitLab and Buildkite send.</remarks>
    public string TokenType { get; set; } = "JWT";

    /// <summary>Longest time between <c>iat</c> and <c>exp</c>.</summary>
    /// <remarks>GitHub's tokens live 5 to 10 minutes; a token that lives long is a secret that leaks.</remarks>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan MaximumLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether one token may be exchanged for one key only.</summary>
    /// <remarks>Off: retries with a new key are honest, and a token is good for minutes. It holds in one process.</remarks>
    public bool SingleUse { get; set; }

    /// <summary>Where its key set is, when its discovery document is not to be asked or names another host.</summary>
    /// <remarks>A discovery document may name its own host only, so that whoever can write it cannot send the authority elsewhere for keys.</remarks>
    public string? JwksUri { get; set; }

    /// <summary>What its claims mean. Required with <c>Mapped</c>, an error with any other kind.</summary>
    public ClaimMapping? Mapping { get; set; }

    /// <summary>Prefix of the URIs in certificates, without a trailing slash; GitHub's token does not say on which server it was made. For GitHub alone.</summary>
    /// <remarks>github.com; a GitHub Enterprise Server has its own.</remarks>
    public string ServerUrl { get; set; } = "https://github.com";
}
