using SigningAction.Authority.Hosting;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>What an administrator leaves out of <c>authority.json</c> has its default, not nothing.</summary>
public sealed class ConfigurationDefaultsTests
{
    [Fact]
    public void What_is_left_out_has_its_default()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("authority.json");
        File.WriteAllText(file, """
            {"url":"https://sign.octo.example","organization":"octo","limits":{"burst":700},
             "exchange":{"issuers":[{"url":"https://token.actions.githubusercontent.com","kind":"GitHubActions"}]}}
            """);
        var configuration = ConfigurationFile.Read(file);
        Assert.Empty(configuration.TrustedProxies);
        Assert.Null(configuration.Listen);
        Assert.Equal((500, 700, 10_000), (configuration.Limits.RequestsPerSecond, configuration.Limits.Burst, configuration.Limits.Connections));
        Assert.Equal((TimeSpan.FromMinutes(10), "sigstore", "JWT"), (configuration.Exchange.KeySetRefresh, configuration.Exchange.Issuers[0].Audience, configuration.Exchange.Issuers[0].TokenType));
    }
}
