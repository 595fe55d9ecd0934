using SigningAction.Evidence.Policy;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// How the claims of one issuer become a pipeline identity: the one place that knows the kinds of issuers. The exchange and the command line read claims with it.
/// </summary>
public sealed class IdentitySource
{
    private readonly IssuerOptions _issuer;
    private readonly MappedIdentity? _mapping;

    /// <summary>Takes an issuer as it was configured.</summary>
    /// <exception cref="ArgumentException">Its mapping is not sound; <see cref="ExchangeOptionsValidator"/> says so before.</exception>
    public IdentitySource(IssuerOptions issuer)
    {
        _issuer = issuer;
        if (issuer.Mapping is { } mapping)
        {
            var faults = new List<string>();
            _mapping = MappedIdentity.Compile(issuer.Url, mapping, faults) ?? throw new ArgumentException(string.Join(' ', faults), nameof(issuer));
        }
    }

    /// <summary>Reads decoded claims of whatever age, for explanations only: nobody has verified them, so nothing is issued for what comes out.</summary>
    /// <param name="payload">A JSON object.</param>
    /// <exception cref="TokenRefusedException">The claims are no pipeline's, or one is missing or unfit.</exception>
    public PipelineIdentity ReadUnverified(System.Text.Json.JsonElement payload)
    {
        var claims = new TokenClaims(payload);
        claims.CheckCharacters();
        return Read(claims);
    }

    /// <exception cref="TokenRefusedException">The claims are no pipeline's, or one is missing or unfit.</exception>
    internal PipelineIdentity Read(TokenClaims claims) => _issuer.Kind switch
    {
        IssuerKind.GitHubActions => GitHubIdentity.From(claims, _issuer),
        IssuerKind.Mapped when _mapping is not null => _mapping.From(claims),
        _ => throw new InvalidOperationException("An issuer without a kind does not pass the configuration."),
    };
}
