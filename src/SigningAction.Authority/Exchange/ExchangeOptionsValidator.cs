using System.Globalization;
using Microsoft.Extensions.Options;
using SigningAction.Authority.Settings;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Exchange;

/// <summary>Stops the server at start, with the option's name, when the exchange is not configured soundly.</summary>
public sealed class ExchangeOptionsValidator : IValidateOptions<ExchangeOptions>
{
    private static readonly string[] KnownAlgorithms = ["RS256", "RS384", "RS512", "ES256", "ES384"];

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ExchangeOptions options)
    {
        var faults = SettingRanges.Faults(options, property => $"{ExchangeOptions.Section}:{property}").ToList();
        Check(faults, options.KeySetMaximumAge >= options.KeySetRefresh, "KeySetMaximumAge must not be below KeySetRefresh.");
        var urls = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < options.Issuers.Count; i++)
        {
            var issuer = options.Issuers[i];
            Issuer(faults, string.Create(CultureInfo.InvariantCulture, $"Issuers:{i}"), issuer);
            if (!urls.Add(issuer.Url))
            {
                faults.Add($"Exchange:Issuers:{i}:Url is listed twice.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Issuer(List<string> faults, string at, IssuerOptions issuer)
    {
        Check(faults, IssuerUrl.IsSound(issuer.Url), $"{at}:Url must be https (or http on loopback) and nothing but host, port and path, without a final slash.");
        Check(faults, issuer.JwksUri is null || IssuerUrl.IsSound(issuer.JwksUri), $"{at}:JwksUri must be https (or http on loopback) and nothing but host, port and path.");
        Check(faults, IssuerUrl.IsSound(issuer.ServerUrl), $"{at}:ServerUrl must be https (or http on loopback) and nothing but host, port and path, without a final slash.");
        Check(faults, issuer.Kind != IssuerKind.None && Enum.IsDefined(issuer.Kind), $"{at}:Kind must say whose tokens these are: GitHubActions or Mapped.");
        Mapping(faults, at, issuer);
        Check(faults, issuer.Audience.Length is > 0 and <= Limits.ClaimCharacters, $"{at}:Audience must not be empty.");
        Check(faults, issuer.TokenType.Length > 0, $"{at}:TokenType must not be empty.");
        Check(
            faults,
            issuer.Algorithms is null || (issuer.Algorithms.Count > 0 && issuer.Algorithms.All(KnownAlgorithms.Contains)),
            $"{at}:Algorithms must be some of {string.Join(", ", KnownAlgorithms)}.");
        faults.AddRange(SettingRanges.Faults(issuer, property => $"{ExchangeOptions.Section}:{at}:{property}"));
    }

    private static void Mapping(List<string> faults, string at, IssuerOptions issuer)
    {
        Check(faults, issuer.Kind == IssuerKind.Mapped == issuer.Mapping is not null, $"{at}:Mapping goes with the kind Mapped, and with no other.");
        if (issuer.Mapping is { } mapping)
        {
            var found = new List<string>();
            _ = MappedIdentity.Compile(issuer.Url, mapping, found);
            faults.AddRange(found.Select(fault => $"{ExchangeOptions.Section}:{at}:Mapping:{fault}"));
        }
    }

    private static void Check(List<string> faults, bool holds, string fault)
    {
        if (!holds)
        {
            faults.Add($"{ExchangeOptions.Section}:{fault}");
        }
    }
}
