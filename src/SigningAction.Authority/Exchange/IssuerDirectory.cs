using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace SigningAction.Authority.Exchange;

/// <summary>The issuers that the administrator allowed, found by the exact text of <c>iss</c>: nothing in a token ever becomes an address.</summary>
public sealed class IssuerDirectory
{
    private readonly FrozenDictionary<string, Issuer> _issuers;

    /// <summary>Takes the validated configuration.</summary>
    public IssuerDirectory(IOptions<ExchangeOptions> options, IHttpClientFactory clients, TimeProvider time, ILogger<KeySetSource> log)
    {
        All = [.. options.Value.Issuers.Select(issuer => new Issuer(issuer, new IdentitySource(issuer), new KeySetSource(issuer, options.Value, clients, time, log)))];
        _issuers = All.ToFrozenDictionary(issuer => issuer.Options.Url, StringComparer.Ordinal);
    }

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<Issuer> All { get; }

    /// <exception cref="TokenRefusedException"><see cref="TokenRefusal.UnknownIssuer"/>.</exception>
    internal Issuer Find(string issuer) => _issuers.TryGetValue(issuer, out var found)
        ? found
        : throw new TokenRefusedException(TokenRefusal.UnknownIssuer, "The token's issuer is not one that this authority accepts.");
}
