using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.Extensions.Options;
using SigningAction.Authority.Exchange;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>The mapping language: what is refused at start, what a template gives, and that it reads back in one way.</summary>
public sealed class ClaimMappingTests
{
    [Theory]
    [InlineData("SignerUri", null)]
    [InlineData("SignerUri", "")]
    [InlineData("SignerUri", "{file}")]
    [InlineData("SignerUri", "http://ci.example/{file}")]
    [InlineData("SignerUri", "https://ci.example/{file?}")]
    [InlineData("SignerUri", "https://ci.example/{}")]
    [InlineData("SignerUri", "https://ci.example/{a")]
    [InlineData("SignerUri", "https://ci.example/a}")]
    [InlineData("SignerUri", "https://ci.example/{{a}}")]
    [InlineData("SignerUri", "https://ci.example/{a}{b}")]
    [InlineData("SignerUri", "https://ci.example/{ a }")]
    [InlineData("SignerUri", "https://ci.example/{/}")]
    [InlineData("SignerUri", "https://ci.example/{/a//b}")]
    [InlineData("SignerUri", "https://ci.example/{/a~2b}")]
    [InlineData("SignerUri", "https://ci.example/{:integer}")]
    [InlineData("SignerUri", "https://ci.example/{?}")]
    [InlineData("SignerUri", "https://ci.example/{a}\u202E")]
    [InlineData("RunUri", "{run}")]
    [InlineData("SourceRef", null)]
    [InlineData("SourceRef", "{ref?}")]
    [InlineData("Event", null)]
    [InlineData("RepositoryId", null)]
    [InlineData("RepositoryId", "{id?}")]
    [InlineData("Require:a{b", "x")]
    [InlineData("Require:a?", "x")]
    [InlineData("Require:a", "")]
    [InlineData("Forbid:0", "a?")]
    public void A_mapping_that_could_not_be_meant_is_refused_at_start_by_name(string part, string? template)
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Read(("Mapping:" + part, template)));
        Assert.Contains("Exchange:Issuers:0:Mapping:" + part.Split(':')[0], fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_has_a_length()
    {
        _ = Read(("Mapping:Environment", new string('x', 512)));
        _ = Assert.Throws<OptionsValidationException>(() => Read(("Mapping:Environment", new string('x', 513))));
    }

    [Fact]
    public void A_mapping_goes_with_its_kind_and_no_other()
    {
        _ = Assert.Throws<OptionsValidationException>(() => Read(("Kind", "GitHubActions")));
        _ = Assert.Throws<OptionsValidationException>(() => Read(
            ("Mapping:SignerUri", null), ("Mapping:SourceRef", null), ("Mapping:Event", null), ("Mapping:RepositoryId", null)));
        _ = Assert.ThrowsAny<Exception>(() => Read(("Mapping:SignerURL", "https://x/{a}")));
    }

    [Theory]
    [InlineData("{a}", """{"a":"x"}""", "x")]
    [InlineData("pre-{a}-post", """{"a":"x"}""", "pre-x-post")]
    [InlineData("{a:integer}", """{"a":18446744073709551615}""", "18446744073709551615")]
    [InlineData("{a:integer}", """{"a":0}""", "0")]
    [InlineData("{/k.io/s/n}", """{"k.io":{"s":{"n":"x"}}}""", "x")]
    [InlineData("{/a~1b/c~0d}", """{"a/b":{"c~d":"x"}}""", "x")]
    [InlineData("{/a~01}", """{"a~1":"x"}""", "x")]
    [InlineData("{https://octo.example/project}", """{"https://octo.example/project":"x"}""", "x")]
    [InlineData("{a?}", """{"b":"x"}""", null)]
    [InlineData("v{a?}", """{"a":""}""", null)]
    [InlineData("v{/a/b:integer?}", """{"a":5}""", null)]
    [InlineData("constant", "{}", "constant")]
    public void A_template_gives_its_text(string template, string claims, string? text) => Assert.Equal(text, Fill(template, claims));

    [Theory]
    [InlineData("{a}", "{}", TokenRefusal.ClaimMissing)]
    [InlineData("{a}", """{"a":""}""", TokenRefusal.ClaimMissing)]
    [InlineData("{a}", """{"A":"x"}""", TokenRefusal.ClaimMissing)]
    [InlineData("{/a/b}", """{"a":"b"}""", TokenRefusal.ClaimMissing)]
    [InlineData("{/a/0}", """{"a":["x"]}""", TokenRefusal.ClaimMissing)]
    [InlineData("{a}", """{"a":7}""", TokenRefusal.ClaimType)]
    [InlineData("{a}", """{"a":null}""", TokenRefusal.ClaimType)]
    [InlineData("{a?}", """{"a":7}""", TokenRefusal.ClaimType)]
    [InlineData("{a:integer}", """{"a":"7"}""", TokenRefusal.ClaimType)]
    [InlineData("{a:integer}", """{"a":7.0}""", TokenRefusal.ClaimRange)]
    [InlineData("{a:integer}", """{"a":7e0}""", TokenRefusal.ClaimRange)]
    [InlineData("{a:integer}", """{"a":-7}""", TokenRefusal.ClaimRange)]
    [InlineData("{a:integer}", """{"a":123456789012345678901}""", TokenRefusal.ClaimRange)]
    [InlineData("{a}/{b}", """{"a":"x/y","b":"z"}""", TokenRefusal.ClaimAmbiguous)]
    [InlineData("{a}aa{b}", """{"a":"xa","b":"z"}""", TokenRefusal.ClaimAmbiguous)]
    [InlineData("{a}.yml", """{"a":"x.yml"}""", TokenRefusal.ClaimAmbiguous)]
    public void A_claim_that_is_missing_or_unfit_refuses(string template, string claims, TokenRefusal reason) =>
        Assert.Equal(reason, Assert.Throws<TokenRefusedException>(() => Fill(template, claims)).Refusal);

    [Fact]
    public void A_text_that_grew_beyond_the_cap_of_a_claim_refuses()
    {
        var claims = new JsonObject { ["a"] = new string('x', 1024), ["b"] = "y" };
        Assert.Equal(1024, Fill("{a}", claims.ToJsonString())!.Length);
        Assert.Equal(TokenRefusal.ClaimTooLong, Assert.Throws<TokenRefusedException>(() => Fill("{a}/{b}", claims.ToJsonString())).Refusal);
    }

    /// <summary>Whatever two pipelines put into the claims of a template, they are never one text.</summary>
    [Fact]
    public void Two_different_sets_of_claims_never_give_one_text()
    {
        var value = Gen.OneOfConst("a", "b", "/", "//", "@", "-/", "/-").Array[1, 4].Select(string.Concat);
        var template = Gen.OneOfConst("{a}/{b}", "x{a}-/{b}", "{a}//{b}/{c}", "{a}@{b}@{c}", "{a}/-{b}/-");
        var both = 0;
        Gen.Select(template, value.Array[3], value.Array[3]).Sample((text, one, other) =>
        {
            string[] names = [.. (string[])["a", "b", "c"]];
            var used = names.Count(name => text.Contains($"{{{name}}}", StringComparison.Ordinal));
            if (TryFill(text, one) is { } first && TryFill(text, other) is { } second)
            {
                _ = Interlocked.Increment(ref both);
                Assert.Equal(one.Take(used).SequenceEqual(other.Take(used)), first == second);
            }
        }, iter: 20_000);
        Assert.True(both > 1000);
    }

    /// <summary>GitHub's own identity, written as a mapping, is the same: the two ways through the exchange agree.</summary>
    [Fact]
    public async Task GitHub_written_as_a_mapping_gives_the_same_identity()
    {
        await using var issuer = await PipelineIssuer.StartAsync(TimeProvider.System);
        var direct = new IdentitySource(new IssuerOptions { Url = issuer.Url, Kind = IssuerKind.GitHubActions });
        var mapped = new IdentitySource(new IssuerOptions
        {
            Url = issuer.Url,
            Kind = IssuerKind.Mapped,
            Mapping = new ClaimMapping
            {
                SignerUri = "https://github.com/{job_workflow_ref}",
                SignerDigest = "{job_workflow_sha?}",
                RunnerEnvironment = "{runner_environment}",
                RepositoryUri = "https://github.com/{repository}",
                SourceDigest = "{sha}",
                SourceRef = "{ref}",
                RepositoryId = "{repository_id}",
                OwnerUri = "https://github.com/{repository_owner}",
                OwnerId = "{repository_owner_id}",
                CallerUri = "https://github.com/{workflow_ref}",
                CallerDigest = "{workflow_sha?}",
                Event = "{event_name}",
                RunUri = "https://github.com/{repository}/actions/runs/{run_id}/attempts/{run_attempt}",
                Visibility = "{repository_visibility?}",
                Environment = "{environment?}",
            },
        });
        foreach (var run in (WorkflowRun[])[new(), new() { Environment = "größe" }, new() { ReusableWorkflow = "o/b/.github/workflows/b.yml@refs/tags/v1@x", RunAttempt = "3", Visibility = "" }])
        {
            issuer.Run = run;
            using var claims = JsonDocument.Parse(issuer.Claims().ToJsonString());
            var identity = direct.ReadUnverified(claims.RootElement);
            Assert.Equal(identity with { WorkflowName = null, RepositoryName = null }, mapped.ReadUnverified(claims.RootElement));
        }
    }

    private static string? TryFill(string template, string[] values)
    {
        try
        {
            return Fill(template, new JsonObject { ["a"] = values[0], ["b"] = values[1], ["c"] = values[2] }.ToJsonString());
        }
        catch (TokenRefusedException)
        {
            return null;
        }
    }

    private static string? Fill(string template, string claims)
    {
        using var payload = JsonDocument.Parse(claims);
        Assert.True(ClaimTemplate.TryParse(template, out var compiled, out var fault), fault);
        return compiled.Fill(new TokenClaims(payload.RootElement));
    }

    private static ExchangeOptions Read(params (string Name, string? Value)[] settings)
    {
        var configuration = new Dictionary<string, string?>
        {
            ["Exchange:Issuers:0:Url"] = "https://ci.octo.example",
            ["Exchange:Issuers:0:Kind"] = "Mapped",
            ["Exchange:Issuers:0:Mapping:SignerUri"] = "https://ci.octo.example/{file}",
            ["Exchange:Issuers:0:Mapping:SourceRef"] = "{ref}",
            ["Exchange:Issuers:0:Mapping:Event"] = "{trigger}",
            ["Exchange:Issuers:0:Mapping:RepositoryId"] = "{id:integer}",
        };
        foreach (var (name, value) in settings)
        {
            if (value is null)
            {
                _ = configuration.Remove("Exchange:Issuers:0:" + name);
            }
            else
            {
                configuration["Exchange:Issuers:0:" + name] = value;
            }
        }

        using var services = ExchangeHost.Services(configuration, TimeProvider.System);
        return Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<IOptions<ExchangeOptions>>(services).Value;
    }
}
