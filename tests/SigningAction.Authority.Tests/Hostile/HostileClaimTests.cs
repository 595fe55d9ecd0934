using System.Net;
using System.Text.Json.Nodes;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hostile;

/// <summary>Tokens that their issuer did sign and that are refused all the same (hostile cases T-08 to T-11, T-18, T-19, T-24): each has an audit leaf.</summary>
public sealed class HostileClaimTests(HostileAuthority authority) : IClassFixture<HostileAuthority>
{
    private PipelineIssuer Issuer => authority.Issuer;

    /// <summary>T-08: one audience, exactly.</summary>
    [Theory]
    [InlineData("""["sigstore","https://other.example"]""")]
    [InlineData("""["https://other.example","sigstore"]""")]
    [InlineData("""["sigstore","sigstore"]""")]
    [InlineData("[]")]
    [InlineData("\"Sigstore\"")]
    [InlineData("\"sigstore/\"")]
    [InlineData("\" sigstore\"")]
    [InlineData("\"sigstoreX\"")]
    public async Task T08_a_token_for_another_or_a_second_audience_is_refused(string audience) =>
        await authority.AuditedAsync("AUDIENCE_MISMATCH", Issuer.IssueToken(claims => claims["aud"] = JsonNode.Parse(audience)));

    /// <summary>T-09: a token that a pipeline got for somebody else.</summary>
    [Theory]
    [InlineData("https://github.com/octo-org")]
    [InlineData("nobody")]
    [InlineData("api://AzureADTokenExchange")]
    [InlineData("sts.amazonaws.com")]
    public async Task T09_a_token_made_for_another_service_is_refused(string audience) =>
        await authority.AuditedAsync("AUDIENCE_MISMATCH", Issuer.IssueToken(audience: audience));

    /// <summary>T-09: with an audience of its own, the authority takes none that was made for the public signing service.</summary>
    [Fact]
    public async Task T09_a_token_made_for_cosign_is_refused_where_the_authority_has_an_audience_of_its_own()
    {
        var audit = await authority.AuditedAsync("AUDIENCE_MISMATCH", Issuer.IssueToken(claims => claims["iss"] = authority.OwnAudience));
        Assert.Contains(authority.OwnAudience, audit.Detail, StringComparison.Ordinal);

        // With the right audience it is the policy that speaks.
        _ = await authority.DeniedAsync("ISSUER_NOT_ALLOWED", Issuer.IssueToken(claims => claims["iss"] = authority.OwnAudience, audience: "https://sign.octo.example"));
    }

    /// <summary>T-10: a second beyond the skew, and everything that is no time.</summary>
    [Theory]
    [InlineData("exp", -31, "EXPIRED")]
    [InlineData("exp", 901, "LIFETIME_TOO_LONG")]
    [InlineData("nbf", 31, "NOT_YET_VALID")]
    [InlineData("iat", 31, "NOT_YET_VALID")]
    public async Task T10_a_token_outside_its_time_is_refused(string claim, int secondsFromNow, string reason)
    {
        var now = authority.Time.GetUtcNow().ToUnixTimeSeconds();
        _ = await authority.AuditedAsync(reason, Issuer.IssueToken(claims =>
        {
            claims["iat"] = now - 60 + (secondsFromNow == 901 ? 60 : 0);
            claims[claim] = now + secondsFromNow;
        }));
    }

    /// <summary>T-10.</summary>
    [Fact]
    public async Task T10_a_token_at_the_edge_of_its_time_is_granted()
    {
        var now = authority.Time.GetUtcNow().ToUnixTimeSeconds();
        _ = await authority.GrantedAsync(Issuer.IssueToken(claims => (claims["iat"], claims["exp"]) = (now - 60, now - 30)));
        _ = await authority.GrantedAsync(Issuer.IssueToken(claims => (claims["iat"], claims["nbf"], claims["exp"]) = (now + 30, now + 30, now + 300)));
        _ = await authority.GrantedAsync(Issuer.IssueToken(claims => (claims["iat"], claims["exp"]) = (now, now + 900)));
    }

    /// <summary>T-10.</summary>
    [Theory]
    [InlineData("exp", "\"1790000000\"", "CLAIM_TYPE")]
    [InlineData("exp", "1790000000.5", "CLAIM_RANGE")]
    [InlineData("exp", "0", "CLAIM_RANGE")]
    public async Task T10_a_time_that_is_none_is_refused(string claim, string value, string reason) =>
        await authority.AuditedAsync(reason, Issuer.IssueToken(claims => claims[claim] = JsonNode.Parse(value)));

    /// <summary>T-10: values over which the library stumbles: whether it had verified the signature is not known, so they are counted.</summary>
    [Theory]
    [InlineData("1e300", "CLAIM_RANGE")]
    [InlineData("-1e300", "CLAIM_RANGE")]
    [InlineData("9e18", "CLAIM_RANGE")]
    [InlineData("null", "CLAIM_TYPE")]
    [InlineData("\"soon\"", "CLAIM_TYPE")]
    public async Task T10_a_time_that_no_reader_reads_is_refused(string value, string reason) =>
        await authority.CountedAsync(reason, RawToken.Sign(
            Issuer.Key, Issuer.Header().ToJsonString(), Without("exp")[..^1] + $",\"exp\":{value}}}"));

    /// <summary>T-10.</summary>
    [Theory]
    [InlineData("exp")]
    [InlineData("iat")]
    public async Task T10_a_token_without_a_time_is_refused(string claim) =>
        await authority.AuditedAsync("CLAIM_MISSING", RawToken.Sign(Issuer.Key, Issuer.Header().ToJsonString(), Without(claim)));

    /// <summary>T-11: again for the same key is a caller who did not get our answer; for another key it is a thief.</summary>
    [Fact]
    public async Task T11_a_token_serves_for_one_key()
    {
        await authority.WritePolicyAsync(AuthorityInProcess.AllowPolicy(Issuer).Replace("issuer: " + Issuer.Url, "issuer: " + authority.SingleUse, StringComparison.Ordinal));
        var token = Issuer.IssueToken(claims => claims["iss"] = authority.SingleUse);
        var first = await authority.GrantedAsync(token);
        await RequireSameAnswerAsync(token, first);
        using var thief = new TestSigner(authority.Authority.Client);
        var audit = await authority.AuditedAsync(
            "REPLAYED", () => thief.PostAsync("/api/v2/signingCert", thief.WithPublicKey((string)Issuer.Claims()["sub"]!, token)));
        Assert.Equal(first.TokenSha256, audit.TokenSha256);
        _ = await authority.AuditedAsync("CLAIM_MISSING", Issuer.IssueToken(claims =>
        {
            claims["iss"] = authority.SingleUse;
            _ = claims.Remove("jti");
        }));
        await authority.WritePolicyAsync(AuthorityInProcess.AllowPolicy(Issuer));
    }

    /// <summary>T-11: where tokens may be used for several keys, too.</summary>
    [Fact]
    public async Task T11_the_same_request_gets_the_same_certificate_while_half_of_its_life_is_left()
    {
        var token = Issuer.IssueToken();
        var first = await authority.GrantedAsync(token);
        await RequireSameAnswerAsync(token, first);
        using var other = new TestSigner(authority.Authority.Client);
        var certificates = authority.Authority.CertificatesIssued();
        using (var another = await other.ExchangeAsync(Issuer, token))
        {
            Assert.Equal(HttpStatusCode.OK, another.StatusCode);
        }

        Assert.Equal(certificates + 1, authority.Authority.CertificatesIssued());

        // Two at once are one as well.
        var fresh = Issuer.IssueToken();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => authority.ExchangeAsync(fresh)));
        Assert.Equal(certificates + 2, authority.Authority.CertificatesIssued());
        Assert.Single((await Task.WhenAll(answers.Select(TestSigner.ReadLeafAsync))).Select(Convert.ToHexString).Distinct());

        // A certificate that is about to end is no answer.
        var longLived = Issuer.IssueToken(claims => claims["exp"] = authority.Time.GetUtcNow().ToUnixTimeSeconds() + 600);
        _ = await authority.GrantedAsync(longLived);
        authority.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.NotNull((await authority.GrantedAsync(longLived)).Certificate);
    }

    /// <summary>The same certificate, one audit leaf that says so, and nothing new in the certificate log.</summary>
    private async Task RequireSameAnswerAsync(string token, AuditEvent first)
    {
        var (audits, certificates) = ((await authority.Authority.AuditAsync()).Count, authority.Authority.CertificatesIssued());
        using var again = await authority.ExchangeAsync(token);
        Assert.Equal(first.Certificate!.Sha256, Sha256Digest.Of(await TestSigner.ReadLeafAsync(again)).ToString());
        Assert.Equal(certificates, authority.Authority.CertificatesIssued());
        var trail = await authority.Authority.AuditAsync();
        Assert.Equal(audits + 1, trail.Count);
        Assert.Equal((AuditDecision.Allowed, first.TokenSha256, again.Correlation()), (trail[^1].Decision, trail[^1].TokenSha256, trail[^1].CorrelationId));
        Assert.Null(trail[^1].Certificate);
        Assert.Contains(first.Certificate.Serial, trail[^1].Detail, StringComparison.Ordinal);
    }

    /// <summary>T-18: in every claim that GitHub's tokens have, mapped or not, and in one of no meaning.</summary>
    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\0")]
    [InlineData("\u001b[2J")]
    [InlineData("\u202e")]
    [InlineData("\u2028")]
    public async Task T18_a_character_that_forges_lines_or_turns_text_is_refused_in_any_claim(string character)
    {
        string[] names = [.. Issuer.Claims().Where(claim => claim.Value!.GetValueKind() == System.Text.Json.JsonValueKind.String && claim.Key is not "iss").Select(claim => claim.Key), "whatever"];
        Assert.True(names.Length > 25);
        foreach (var name in names)
        {
            var audit = await authority.AuditedAsync("CLAIM_CHARACTERS", Issuer.IssueToken(claims => claims[name] = "a" + character + "b"));
            Assert.DoesNotContain(character, audit.Detail!, StringComparison.Ordinal);
            Assert.Null(audit.Identity);
        }
    }

    /// <summary>T-19: converting would make two texts one identity.</summary>
    [Theory]
    [InlineData("74")]
    [InlineData("74.0")]
    [InlineData("[\"74\"]")]
    [InlineData("{\"id\":\"74\"}")]
    [InlineData("true")]
    [InlineData("null")]
    public async Task T19_an_id_of_another_type_than_text_is_refused(string value) =>
        await authority.AuditedAsync("CLAIM_TYPE", Issuer.IssueToken(claims => claims["repository_id"] = JsonNode.Parse(value)));

    /// <summary>T-19: an id of other digits is another id.</summary>
    [Theory]
    [InlineData("074")]
    [InlineData("74 ")]
    [InlineData("\uFF17\uFF14")]
    public async Task T19_an_id_in_another_spelling_is_another_id(string value) =>
        await authority.DeniedAsync("REPOSITORY_NOT_ALLOWED", Issuer.IssueToken(claims => claims["repository_id"] = value));

    /// <summary>T-24: names of every script are certified as they are.</summary>
    [Theory]
    [InlineData("größe")]
    [InlineData("生产环境")]
    [InlineData("прод 🚀")]
    public async Task T24_a_name_outside_ASCII_is_certified(string environment)
    {
        using var answer = await authority.ExchangeAsync(Issuer.IssueToken(claims => claims["environment"] = environment));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(environment, SigningCertificate.Parse(await TestSigner.ReadLeafAsync(answer)).Identity!.Environment);
        Assert.Equal(environment, (await authority.Authority.AuditAsync())[^1].Identity!.Environment);
    }

    private string Without(string claim)
    {
        var claims = Issuer.Claims();
        _ = claims.Remove(claim);
        return claims.ToJsonString();
    }
}
