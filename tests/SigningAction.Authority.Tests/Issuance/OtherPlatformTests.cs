using System.Net;
using System.Text.Json.Nodes;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Certificates;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Issuance;

/// <summary>
/// The issuers of EXCHANGE.md as they stand there, but for their host, each with a token of its platform's shape: what is certified, and that a mapped claim which is
/// missing or of another type refuses.
/// </summary>
public sealed class OtherPlatformTests : IAsyncLifetime
{
    private readonly Dictionary<string, string> _urls = new(StringComparer.Ordinal);
    private AuthorityInProcess _authority = null!;
    private TestSigner _signer = null!;

    public static TheoryData<string> Platforms { get; } = [.. Samples.Keys];

    private static Dictionary<string, PlatformSample> Samples => PlatformSamples.All;

    private PipelineIssuer Issuer => _authority.Issuer;

    public async ValueTask InitializeAsync()
    {
        _authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Issuers = Moved, Policy = Policy });
        _signer = new TestSigner(_authority.Client);
    }

    public async ValueTask DisposeAsync()
    {
        _signer.Dispose();
        await _authority.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_token_of_the_platform_is_certified_by_its_mapping(string url)
    {
        var sample = Samples[url];
        using var answer = await ExchangeAsync(url, sample.Claims());
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var identity = SigningCertificate.Parse(await TestSigner.ReadLeafAsync(answer)).Identity!;
        var expected = sample.Identity with { Issuer = _urls[url], Subject = sample.Subject };
        Assert.Equal(expected, identity);
        Assert.Equal(expected, (await _authority.AuditAsync())[^1].Identity);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_mapped_claim_that_is_missing_empty_or_of_another_type_refuses(string url)
    {
        var sample = Samples[url];
        Assert.NotEmpty(sample.Mapped);
        foreach (var path in sample.Mapped)
        {
            await RefusedAsync("CLAIM_MISSING", url, sample.With(path, null));
            await RefusedAsync("CLAIM_TYPE", url, sample.With(path, JsonValue.Create(true)));
            await RefusedAsync("CLAIM_TYPE", url, sample.With(path, new JsonArray("x")));
            await RefusedAsync(path is "build_number" or "/project/id" ? "CLAIM_TYPE" : "CLAIM_MISSING", url, sample.With(path, ""));
        }
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task Another_pipeline_of_the_platform_is_refused_by_policy(string url)
    {
        var sample = Samples[url];
        var claims = sample.With(sample.Id, sample.Id == "/project/id" ? 75 : "11111111-2222-4333-8444-555555555555");
        using var answer = await ExchangeAsync(url, claims);
        _ = await answer.FulcioErrorAsync(HttpStatusCode.Forbidden, 7, "REPOSITORY_NOT_ALLOWED");
        Assert.Equal("REPOSITORY_NOT_ALLOWED", (await _authority.AuditAsync())[^1].Reason);
    }

    [Fact]
    public async Task Every_issuer_is_listed_to_clients()
    {
        var listed = JsonNode.Parse(await _authority.Client.GetStringAsync("/api/v2/configuration", TestContext.Current.CancellationToken))!["issuers"]!.AsArray();
        Assert.Equal(_urls.Values.Order(), listed.Select(issuer => (string)issuer!["issuerUrl"]!).Order());
        Assert.All(listed, issuer => Assert.Equal(("ci-provider", "sub", "sigstore"), ((string)issuer!["issuerType"]!, (string)issuer["challengeClaim"]!, (string)issuer["audience"]!)));
    }

    /// <summary>P-07 again: where a build of a tag names the tag as its branch.</summary>
    [Fact]
    public async Task A_claim_that_the_mapping_forbids_refuses()
    {
        const string Buildkite = "https://agent.buildkite.com";
        await RefusedAsync("CLAIM_FORBIDDEN", Buildkite, Samples[Buildkite].With("build_tag", "main"));
        await RefusedAsync("CLAIM_FORBIDDEN", Buildkite, Samples[Buildkite].With("build_tag", ""));
    }

    [Fact]
    public async Task A_token_without_what_the_mapping_requires_is_no_pipelines()
    {
        const string Company = "https://ci.octo.example";
        await RefusedAsync("NOT_A_PIPELINE", Company, Samples[Company].With("token_use", "person"));
        await RefusedAsync("NOT_A_PIPELINE", Company, Samples[Company].With("token_use", null));
    }

    /// <summary>Two slugs that read as one path are two pipelines.</summary>
    [Theory]
    [InlineData("https://agent.buildkite.com", "organization_slug", "octo/app")]
    [InlineData("https://kubernetes.octo.example", "/kubernetes.io/namespace", "a/serviceaccounts/b")]
    [InlineData("https://ci.octo.example", "/project/path", "team/app/build.yml@refs/heads/main")]
    public async Task A_claim_that_has_its_own_border_in_it_refuses(string url, string claim, string value) =>
        await RefusedAsync("CLAIM_AMBIGUOUS", url, Samples[url].With(claim, value));

    [Fact]
    public async Task A_type_in_the_header_of_an_issuer_that_sends_none_is_refused()
    {
        const string Kubernetes = "https://kubernetes.octo.example";
        var header = Issuer.Header().ToJsonString();
        var token = RawToken.Sign(Issuer.Key, header, Complete(Kubernetes, Samples[Kubernetes].Claims()).ToJsonString());
        using var answer = await _signer.PostAsync("/api/v2/signingCert", _signer.WithPublicKey(Samples[Kubernetes].Subject, token));
        _ = await answer.FulcioErrorAsync(HttpStatusCode.BadRequest, 3, "TYPE_NOT_ALLOWED");
    }

    private async Task RefusedAsync(string reason, string url, JsonObject claims)
    {
        using var answer = await ExchangeAsync(url, claims);
        _ = await answer.FulcioErrorAsync(HttpStatusCode.BadRequest, 3, reason);
        var audit = (await _authority.AuditAsync())[^1];
        Assert.Equal((reason, answer.Correlation()), (audit.Reason, audit.CorrelationId));
        Assert.NotNull(audit.TokenSha256);
    }

    private Task<HttpResponseMessage> ExchangeAsync(string url, JsonObject claims)
    {
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = Issuer.Key.Id };
        if (Samples[url].HasType)
        {
            header["typ"] = "JWT";
        }

        var token = RawToken.Sign(Issuer.Key, header.ToJsonString(), Complete(url, claims).ToJsonString());
        return _signer.PostAsync("/api/v2/signingCert", _signer.WithPublicKey(Samples[url].Subject, token));
    }

    private JsonObject Complete(string url, JsonObject claims)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        claims["iss"] = _urls[url];
        claims["sub"] = Samples[url].Subject;
        claims["aud"] = Samples[url].HasType ? "sigstore" : new JsonArray("sigstore");
        (claims["iat"], claims["nbf"], claims["exp"]) = (now, now, now + Samples[url].Life);
        return claims;
    }

    /// <summary>The issuers of the document, each below a path of the one stand-in.</summary>
    private List<IssuerOptions> Moved(PipelineIssuer issuer)
    {
        var issuers = PlatformSamples.DocumentedIssuers();
        Assert.Equal(Samples.Keys.Order(), issuers.Select(documented => documented.Url).Order());
        for (var i = 0; i < issuers.Count; i++)
        {
            var url = issuers[i].Url;
            issuers[i].Url = issuer.Url + (url.EndsWith("/_services/token", StringComparison.Ordinal) ? "/_services/token" : $"/platform-{i}");
            _urls[url] = issuers[i].Url;
        }

        return [.. issuers];
    }

    private string Policy(PipelineIssuer issuer) => "version: 1\nallow:\n" + string.Concat(Samples.Select(sample =>
        $"  - name: {sample.Key}\n    issuer: {_urls[sample.Key]}\n{string.Concat(sample.Value.Rule.Select(line => $"    {line}\n"))}"));
}
