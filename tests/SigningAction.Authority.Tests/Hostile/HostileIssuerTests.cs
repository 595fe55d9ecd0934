using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hostile;

/// <summary>Issuers that are not ours, or not the one that a rule means (hostile cases T-12, T-20).</summary>
public sealed class HostileIssuerTests(HostileAuthority authority) : IClassFixture<HostileAuthority>
{
    private PipelineIssuer Issuer => authority.Issuer;

    /// <summary>
    /// T-12: each of these reads as the allowed issuer, or as an address inside, to some parser. They are compared as text, and nothing is fetched.
    /// URL is the configured issuer, HOST its host and port.
    /// </summary>
    public static TheoryData<string> Issuers { get; } =
    [
        "URL/", "URL//", "URL/.", "URL/..", "URL/../", "URL/x", "URL/x/..", "URL//octo-enterprise", "URL/octo-enterprise/", "URL/octo-enterprise/x", "URL/OCTO-ENTERPRISE",
        "URL/octo%2Denterprise", "URL#", "URL#x", "URL?", "URL?x", "URL;x", "URL.", "URL:80", "URL%00", "URL%2f", "URL%23", "URL@evil.example", "URL:x@evil.example", "URL\\@evil.example",
        "URL\\", "URL\\evil", "URL&x", "URL,https://evil.example", " URL", "URL ", "\tURL", "URL\t", "\nURL", "URL\n", "URL\r\n", "URL\0", "\uFEFFURL", "URL\u200B", "<URL>", "\"URL\"",
        "http://user@HOST", "http://user:pass@HOST", "http://evil.example?URL", "http://evil.example#URL", "http://evil.example/URL", "http://evil.example\\@HOST", "http://HOST.evil.example",
        "https://HOST", "HTTP://HOST", "http:HOST", "http:/HOST", "http:///HOST", "//HOST", "HOST", "file:///etc/passwd", "data:text/json,{}", "javascript:0", "ldap://HOST",
        "http://0x7f.1", "http://0177.0.0.1", "http://2130706433", "http://127.1", "http://127.0.0.1.", "http://localhost", "http://[::1]", "http://[::ffff:127.0.0.1]",
        "http://2852039166", "http://169.254.169.254", "http://[::ffff:169.254.169.254]", "http://[::ffff:a9fe:a9fe]", "https://169.254.169.254/?URL",
        "https://vstoken.dev.azure.com/7b1e0f6a-6ad6-4f3c-9a4f-3a7f0f7d1a11", "https://login.microsoftonline.com/7b1e0f6a-6ad6-4f3c-9a4f-3a7f0f7d1a11/v2.0", // T-09: Azure's
        "https://token.actions.githubusercontent.com", "https://TOKEN.actions.githubusercontent.com", "https://ⓣoken.actions.githubusercontent.com",
        "https://token.actions.githubusercontent.com.evil.example", "https://token\u3002actions.githubusercontent.com", "https://xn--oken-0gb.example", "*", "URL*", "http://*", ".*", "",
    ];

    [Theory]
    [MemberData(nameof(Issuers))]
    public async Task T12_an_issuer_that_is_not_configured_character_by_character_is_refused_before_any_network(string template)
    {
        var claimed = template.Replace("URL", Issuer.Url, StringComparison.Ordinal).Replace("HOST", new Uri(Issuer.Url).Authority, StringComparison.Ordinal);
        var asked = Issuer.DiscoveryRequests + Issuer.KeySetRequests;
        await authority.CountedAsync("UNKNOWN_ISSUER", Issuer.IssueToken(claims => claims["iss"] = claimed));
        Assert.Equal(asked, Issuer.DiscoveryRequests + Issuer.KeySetRequests);
    }

    /// <summary>T-12: an issuer is a text.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[\"URL\"]")]
    [InlineData("{\"url\":\"URL\"}")]
    public async Task T12_an_issuer_of_another_type_is_refused(string json) =>
        await authority.CountedAsync("UNKNOWN_ISSUER", Issuer.IssueToken(claims =>
            claims["iss"] = System.Text.Json.Nodes.JsonNode.Parse(json.Replace("URL", Issuer.Url, StringComparison.Ordinal))));

    /// <summary>T-20: an enterprise's issuer and the public one share keys and ids, and a rule for one says nothing about the other.</summary>
    [Fact]
    public async Task T20_an_enterprises_issuer_is_another_than_the_public_one()
    {
        _ = await authority.GrantedAsync();
        var enterprise = Issuer.IssueToken(claims => claims["iss"] = authority.Enterprise);
        var audit = await authority.DeniedAsync("ISSUER_NOT_ALLOWED", enterprise);
        Assert.Equal(authority.Enterprise, audit.Identity!.Issuer);
        Assert.Equal("https://octo.ghe.com/octo-org/octo-repo", audit.Identity.RepositoryUri);

        await authority.WritePolicyAsync(AuthorityInProcess.AllowPolicy(Issuer).Replace("issuer: " + Issuer.Url, "issuer: " + authority.Enterprise, StringComparison.Ordinal));
        var granted = await authority.GrantedAsync(enterprise);
        Assert.Equal("https://octo.ghe.com/octo-org/octo-repo/.github/workflows/release.yml@refs/heads/main", granted.Identity!.SignerUri);
        _ = await authority.DeniedAsync("ISSUER_NOT_ALLOWED");
        await authority.CountedAsync("UNKNOWN_ISSUER", Issuer.IssueToken(claims => claims["iss"] = Issuer.Url + "/another-enterprise"));
        await authority.WritePolicyAsync(AuthorityInProcess.AllowPolicy(Issuer));
    }
}
