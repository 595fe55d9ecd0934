using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SigningAction.Authority.Exchange;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>A configuration that would accept more than its author meant does not start.</summary>
public sealed class ExchangeOptionsTests
{
    [Theory]
    [InlineData("Issuers:0:Url", "http://token.actions.githubusercontent.com")]
    [InlineData("Issuers:0:Url", "https://token.actions.githubusercontent.com/")]
    [InlineData("Issuers:0:Url", "https://token.actions.githubusercontent.com/*")]
    [InlineData("Issuers:0:Url", "https://TOKEN.actions.githubusercontent.com")]
    [InlineData("Issuers:0:Url", "https://token.actions.githubusercontent.com.")]
    [InlineData("Issuers:0:Url", "https://token.actions.githubusercontent.com:443")]
    [InlineData("Issuers:0:Url", "https://a@token.actions.githubusercontent.com")]
    [InlineData("Issuers:0:Url", "https://token.actions.githubusercontent.com?x")]
    [InlineData("Issuers:0:Url", "https://token.actions.githubusercontent.com#x")]
    [InlineData("Issuers:0:Url", "https://host/a/../b")]
    [InlineData("Issuers:0:Url", "https://host//b")]
    [InlineData("Issuers:0:Url", "https://host\\b")]
    [InlineData("Issuers:0:Url", "https://0x7f.1")]
    [InlineData("Issuers:0:Url", "https://2852039166")]
    [InlineData("Issuers:0:Url", "https://ⓣoken.example")]
    [InlineData("Issuers:0:Url", "http://169.254.169.254")]
    [InlineData("Issuers:0:Url", "ftp://localhost")]
    [InlineData("Issuers:0:Url", "")]
    [InlineData("Issuers:0:Kind", "None")]
    [InlineData("Issuers:0:Kind", "7")]
    [InlineData("Issuers:0:Audience", "")]
    [InlineData("Issuers:0:TokenType", "")]
    [InlineData("Issuers:0:Algorithms:0", "none")]
    [InlineData("Issuers:0:Algorithms:0", "HS256")]
    [InlineData("Issuers:0:MaximumLifetime", "00:00:00")]
    [InlineData("Issuers:0:MaximumLifetime", "2.00:00:00")]
    [InlineData("Issuers:0:JwksUri", "http://keys.example/jwks")]
    [InlineData("Issuers:0:ServerUrl", "https://github.com/")]
    [InlineData("Issuers:1:Url", "https://token.actions.githubusercontent.com")]
    [InlineData("KeySetRefresh", "00:00:01")]
    [InlineData("KeySetRetry", "00:00:00")]
    [InlineData("KeySetMaximumAge", "8.00:00:00")]
    [InlineData("KeySetTimeout", "00:10:00")]
    [InlineData("ReplayCapacity", "0")]
    public void An_option_out_of_its_range_is_refused_by_name(string name, string value)
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Read((name, value)));
        Assert.Contains(name.Split(':')[^1] is "0" ? "Algorithms" : name.Split(':')[^1], fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Issuers:0:SingelUse", "true")]
    [InlineData("KeySetRefreshh", "00:01:00")]
    [InlineData("Issuers:0:Kind", "GitHub")]
    public void A_misspelt_option_is_refused(string name, string value) =>
        Assert.Throws<InvalidOperationException>(() => Read((name, value)));

    [Fact]
    public void The_defaults_are_those_of_GitHub()
    {
        var options = Read();
        var issuer = Assert.Single(options.Issuers);
        Assert.Equal(("sigstore", "JWT", TimeSpan.FromMinutes(15), false), (issuer.Audience, issuer.TokenType, issuer.MaximumLifetime, issuer.SingleUse));
        Assert.Null(issuer.Algorithms);
    }

    [Fact]
    public void Algorithms_that_are_configured_replace_the_default() =>
        Assert.Equal(["RS512"], Read(("Issuers:0:Algorithms:0", "RS512")).Issuers[0].Algorithms!);

    [Fact]
    public async Task Without_an_issuer_every_token_is_refused()
    {
        await using var issuer = await PipelineIssuer.StartAsync(TimeProvider.System);
        await using var services = ExchangeHost.Services([], TimeProvider.System);
        var refusal = await Assert.ThrowsAsync<TokenRefusedException>(
            () => services.GetRequiredService<TokenValidator>().ValidateAsync(issuer.IssueToken(), TestContext.Current.CancellationToken));
        Assert.Equal(TokenRefusal.UnknownIssuer, refusal.Refusal);
    }

    [Fact]
    public void Every_refusal_has_a_text_of_its_own_and_a_remedy()
    {
        var reasons = Enum.GetValues<TokenRefusal>().Where(r => r != TokenRefusal.None).ToArray();
        Assert.Equal(reasons.Length, reasons.Select(TokenRefusals.Text).Distinct().Count());
        Assert.All(reasons, reason => Assert.EndsWith(".", TokenRefusals.Remedy(reason), StringComparison.Ordinal));
        Assert.Equal("KEY_SET_UNAVAILABLE", TokenRefusals.Text(TokenRefusal.KeySetUnavailable));

        var keys = Enum.GetValues<PossessionRefusal>().Where(r => r != PossessionRefusal.None).ToArray();
        Assert.Equal(keys.Length, keys.Select(PossessionRefusals.Text).Distinct().Count());
        Assert.Equal(keys.Length, keys.Select(PossessionRefusals.Sentence).Distinct().Count());
        Assert.All(keys, reason => Assert.EndsWith(".", PossessionRefusals.Remedy(reason), StringComparison.Ordinal));
    }

    private static ExchangeOptions Read(params (string Name, string Value)[] settings)
    {
        var configuration = new Dictionary<string, string?>
        {
            ["Exchange:Issuers:0:Url"] = "https://token.actions.githubusercontent.com",
            ["Exchange:Issuers:0:Kind"] = "GitHubActions",
        };
        foreach (var (name, value) in settings)
        {
            configuration["Exchange:" + name] = value;
        }

        using var services = ExchangeHost.Services(configuration, TimeProvider.System);
        return services.GetRequiredService<IOptions<ExchangeOptions>>().Value;
    }
}
