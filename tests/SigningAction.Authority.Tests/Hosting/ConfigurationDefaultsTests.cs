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

    [Theory]
    [InlineData("Logging__LogLevel__Default", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", true)]
    [InlineData("Kestrel__Endpoints__Extra__Url", false)]
    [InlineData("ASPNETCORE_URLS", false)]
    [InlineData("Exchange__Issuers__0__Url", false)]
    public void Of_the_environment_only_log_levels_and_telemetry_reach_the_server(string variable, bool isKept) =>
        Assert.Equal(isKept, EnvironmentConfiguration.IsKept(variable));

    [Theory]
    [InlineData("\"limits\":{\"stopSeconds\":0}", "limits.stopSeconds must be from 1 to 600.")]
    [InlineData("\"limits\":{\"burst\":10}", "limits.burst must be from limits.requestsPerSecond to 10000000.")]
    [InlineData("\"limits\":{\"memoryMegabytes\":63}", "limits.memoryMegabytes must be from 64 to 65536.")]
    [InlineData("\"ledger\":{\"signers\":\"None\"}", "ledger.signers must be Own or Anybody.")]
    [InlineData("\"bundles\":{\"megabytes\":0}", "bundles.megabytes must be from 1 to 16777216.")]
    [InlineData("\"bundles\":{\"reserveMegabytes\":0}", "bundles.reserveMegabytes must be from 64 to 16777216.")]
    [InlineData("\"limits\":{\"startSeconds\":901}", "limits.startSeconds must be from 0 to 900.")]
    [InlineData("\"clock\":{\"tries\":11}", "clock.tries must be from 1 to 10.")]
    [InlineData("\"log\":{\"format\":\"None\"}", "log.format must be Text or Json.")]
    [InlineData("\"exchange\":{\"keySetRefresh\":\"01:00:01\"}", "Exchange:KeySetRefresh must be from 00:01:00 to 01:00:00.")]
    [InlineData("\"exchange\":{\"keySetRefresh\":\"00:10:00\",\"keySetMaximumAge\":\"00:09:00\"}", "Exchange:KeySetMaximumAge must not be below KeySetRefresh.")]
    public void A_setting_out_of_its_range_stops_the_start_by_name(string member, string fault)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("authority.json");
        var exchange = member.Contains("exchange", StringComparison.Ordinal) ? "" : ""","exchange":{}""";
        File.WriteAllText(file, $$"""{"url":"https://sign.octo.example","organization":"octo"{{exchange}},{{member}}}""");
        Assert.Contains(fault, Assert.Throws<ConfigurationRefusedException>(() => ConfigurationFile.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_is_told_at_once_with_its_line_in_words_of_the_file()
    {
        var said = Refusal("""
            {
              "url": "https://sign.octo.example",
              "organization": "octo",
              "exchange": { "keySetRefresh": "ten minutes", "issuers": [{ "url": 5, "kind": "GitHub" }] },
              "logg": { "format": "Json" },
              "limits": { "requestsPerSecond": -5, "burst": "many" },
              "bundles": null,
              "log": [],
              "clock": { "timeSources": ["a", {}], "tries": 2, "tries": 3 }
            }
            """);
        Assert.Equal(
            [
                "line 4: exchange.keySetRefresh must be a time like \"00:10:00\".",
                "line 4: exchange.issuers[0].url must be a text in quotes.",
                "line 4: exchange.issuers[0].kind must be GitHubActions or Mapped.",
                "line 5: unknown member 'logg': did you mean log?",
                "line 6: limits.burst must be a whole number, without quotes.",
                "line 7: bundles must not be null: give it a value, or leave it out.",
                "line 8: log must be an object: { … }.",
                "line 9: clock.timeSources[1] must be a text in quotes.",
                "line 9: 'clock.tries' stands twice: keep one.",
                "limits.requestsPerSecond must be from 1 to 1000000.",
            ],
            said.Split('\n').Skip(1).Select(line => line.Trim()).Take(10));
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData(" \n", "the file is empty")]
    [InlineData("{\n\"url\": }", "line 2: not JSON: ")]
    [InlineData("{\n", "line 2: not JSON: ")]
    [InlineData("{} x", "line 1: not JSON: ")]
    [InlineData("5", "line 1: the file must be an object")]
    [InlineData("null", "is refused")]
    [InlineData("[]", "line 1: the file must be an object")]
    [InlineData("{}", "line 1: url is missing.")]
    [InlineData("{ \"a\\u001b\": 1 }", "unknown member 'a")]
    public void What_is_no_configuration_is_told_without_names_of_the_program(string text, string said)
    {
        var message = Refusal(text);
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.All(new[] { ".NET", "System.", "SigningAction.", "isFinalBlock", "BytePosition", "\u001b" }, word => Assert.DoesNotContain(word, message, StringComparison.Ordinal));
    }

    private static string Refusal(string text)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("authority.json");
        File.WriteAllText(file, text);
        return Assert.Throws<ConfigurationRefusedException>(() => ConfigurationFile.Read(file)).Message;
    }
}
