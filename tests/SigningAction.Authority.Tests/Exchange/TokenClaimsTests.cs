using System.Globalization;
using System.Text.Json.Nodes;
using SigningAction.Authority.Exchange;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>What is refused although the issuer signed it (hostile cases T-08 to T-10, T-18, T-19, T-24, and what hostile-cases 5.2 found open).</summary>
public sealed class TokenClaimsTests : IAsyncLifetime
{
    private ExchangeHost _host = null!;

    private static long Now => ExchangeHost.Start.ToUnixTimeSeconds();

    public async ValueTask InitializeAsync() => _host = await ExchangeHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_genuine_token_gives_its_identity_and_digest_but_not_itself()
    {
        var text = _host.Issuer.IssueToken();
        var token = await _host.ValidateAsync(text);
        Assert.Equal(_host.Issuer.Url, token.Issuer);
        Assert.Equal("repo:octo-org/octo-repo:ref:refs/heads/main", token.Subject);
        Assert.Equal(ExchangeHost.Start.AddMinutes(5), token.ExpiresAt);
        Assert.NotNull(token.TokenId);
        Assert.Equal(Evidence.Encoding.Sha256Digest.Of(System.Text.Encoding.ASCII.GetBytes(text)), token.Digest);
        Assert.DoesNotContain(
            typeof(VerifiedToken).GetProperties(), p => p.GetValue(token) is string value && value.Contains(text[..20], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"sigstor\"")]
    [InlineData("\"Sigstore\"")]
    [InlineData("\"sigstore/\"")]
    [InlineData("\"sigstore \"")]
    [InlineData("\"https://github.com/octo-org\"")]
    [InlineData("\"api://AzureADTokenExchange\"")]
    [InlineData("\"\"")]
    [InlineData("[\"sigstore\",\"other\"]")]
    [InlineData("[\"other\",\"sigstore\"]")]
    [InlineData("[\"sigstore\",\"sigstore\"]")]
    [InlineData("[\"other\"]")]
    [InlineData("[]")]
    public async Task A_token_for_any_audience_but_ours_alone_is_refused(string audience) =>
        await Refused(TokenRefusal.AudienceMismatch, c => c["aud"] = JsonNode.Parse(audience));

    [Fact]
    public async Task A_list_of_our_audience_alone_is_the_same_as_our_audience() =>
        Assert.NotNull(await _host.ValidateAsync(_host.Issuer.IssueToken(c => c["aud"] = new JsonArray("sigstore"))));

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("{\"sigstore\":1}")]
    [InlineData("[7]")]
    public async Task An_audience_that_is_no_text_is_refused(string audience) =>
        await Refused(TokenRefusal.ClaimType, c => c["aud"] = JsonNode.Parse(audience));

    [Fact]
    public async Task A_token_made_for_another_service_is_refused_where_an_own_audience_is_configured()
    {
        await using var host = await ExchangeHost.StartAsync(("Issuers:0:Audience", "https://signing.example"));
        await host.AssertRefusedAsync(TokenRefusal.AudienceMismatch, host.Issuer.IssueToken(audience: "sigstore"));
        Assert.NotNull(await host.ValidateAsync(host.Issuer.IssueToken(audience: "https://signing.example")));
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("iat")]
    [InlineData("aud")]
    public async Task A_token_without_times_or_audience_is_refused(string claim) =>
        await Refused(TokenRefusal.ClaimMissing, c => c.Remove(claim));

    [Theory]
    [InlineData("exp", "\"1787227500\"")]
    [InlineData("iat", "\"1787227200\"")]
    [InlineData("nbf", "\"1787227200\"")]
    [InlineData("exp", "null")]
    [InlineData("exp", "[1787227500]")]
    [InlineData("exp", "true")]
    public async Task A_time_that_is_no_number_is_refused(string claim, string value) =>
        await Refused(TokenRefusal.ClaimType, c => c[claim] = JsonNode.Parse(value));

    [Theory]
    [InlineData("exp", "1787227500.5")]
    [InlineData("exp", "1.7872275e9")]
    [InlineData("exp", "1e300")]
    [InlineData("exp", "9223372036854775807")]
    [InlineData("exp", "9223372036854775808")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "-0")]
    [InlineData("iat", "0")]
    [InlineData("iat", "1787227200.0")]
    [InlineData("nbf", "1e300")]
    public async Task A_time_that_is_no_plausible_whole_second_is_refused(string claim, string value) =>
        await Refused(TokenRefusal.ClaimRange, c => c[claim] = JsonNode.Parse(value));

    [Fact]
    public async Task A_token_is_good_to_the_last_second_of_the_skew_and_expired_a_second_later()
    {
        var token = _host.Issuer.IssueToken();
        _host.Time.Advance(TimeSpan.FromSeconds(330));
        Assert.NotNull(await _host.ValidateAsync(token));
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        await _host.AssertRefusedAsync(TokenRefusal.Expired, token);
    }

    [Theory]
    [InlineData("iat")]
    [InlineData("nbf")]
    public async Task A_token_from_the_future_is_refused_beyond_the_skew(string claim)
    {
        Assert.NotNull(await _host.ValidateAsync(_host.Issuer.IssueToken(c => c[claim] = Now + 30)));
        await Refused(TokenRefusal.NotYetValid, c => c[claim] = Now + 31);
    }

    [Fact]
    public async Task A_token_that_lives_longer_than_its_issuer_makes_them_is_refused()
    {
        Assert.NotNull(await _host.ValidateAsync(_host.Issuer.IssueToken(c => c["exp"] = Now + 900)));
        await Refused(TokenRefusal.LifetimeTooLong, c => c["exp"] = Now + 901);
        await Refused(TokenRefusal.LifetimeTooLong, c => c["exp"] = Now + (10L * 365 * 86400));
    }

    [Fact]
    public async Task A_token_that_expires_before_it_was_issued_is_refused() =>
        await Refused(TokenRefusal.ClaimRange, c => c["exp"] = Now);

    [Theory]
    [InlineData("sub", "repo:o/r\r\nSet-Cookie: x")]
    [InlineData("repository", "octo\u0000org")]
    [InlineData("environment", "prod\u202Edorp")]
    [InlineData("workflow", "\u001b[31mred")]
    [InlineData("workflow", "a\u2066b")]
    [InlineData("workflow", "a\u2028b")]
    [InlineData("workflow", "\u0085")]
    [InlineData("repo_property_team", "a\nb")]
    [InlineData("nobody_reads_this", "\u200F")]
    public async Task A_claim_that_could_forge_a_line_or_turn_the_text_is_refused(string claim, string value) =>
        await Refused(TokenRefusal.ClaimCharacters, c => c[claim] = value);

    [Fact]
    public async Task A_hostile_character_in_a_name_or_a_list_or_half_a_character_is_refused()
    {
        await Refused(TokenRefusal.ClaimCharacters, c => c["a\nb"] = "x");
        await Refused(TokenRefusal.ClaimCharacters, c => c["list"] = new JsonArray(new JsonObject { ["deep"] = "\u202A" }));
        var payload = """{"workflow_name":"\ud800",""" + _host.Issuer.Claims().ToJsonString()[1..];
        await _host.AssertRefusedAsync(
            TokenRefusal.ClaimCharacters, RawToken.Sign(_host.Issuer.Key, _host.Issuer.Header().ToJsonString(), payload));
    }

    [Theory]
    [InlineData("repository_id", "74")]
    [InlineData("repository_id", "[\"74\"]")]
    [InlineData("repository_owner_id", "65")]
    [InlineData("run_id", "1234567890")]
    [InlineData("sub", "7")]
    [InlineData("ref", "null")]
    [InlineData("environment", "[\"prod\"]")]
    [InlineData("environment", "null")]
    [InlineData("repository_visibility", "{\"a\":\"public\"}")]
    [InlineData("jti", "1")]
    public async Task A_claim_of_another_type_than_text_is_refused_instead_of_converted(string claim, string value) =>
        await Refused(TokenRefusal.ClaimType, c => c[claim] = JsonNode.Parse(value));

    [Fact]
    public async Task A_claim_beyond_the_cap_is_refused()
    {
        Assert.NotNull(await _host.ValidateAsync(_host.Issuer.IssueToken(c => c["environment"] = new string('e', 1024))));
        await Refused(TokenRefusal.ClaimTooLong, c => c["environment"] = new string('e', 1025));
    }

    [Theory]
    [InlineData("prodüktion")]
    [InlineData("生産")]
    [InlineData("прод 🚀")]
    [InlineData("👩‍💻")]
    public async Task Letters_of_every_script_pass(string environment)
    {
        var token = await _host.ValidateAsync(_host.Issuer.IssueToken(c => c["environment"] = environment));
        Assert.Equal(environment, token.Identity.Environment);
    }

    [Theory]
    [InlineData("aud", "\"other\"")]
    [InlineData("exp", "1787227260")]
    [InlineData("iat", "1787227300")]
    [InlineData("repository_id", "74")]
    [InlineData("ref", "\"\"")]
    [InlineData("workflow", "\"\\n\"")]
    public async Task A_refusal_of_a_genuine_token_names_its_issuer_and_digest_for_the_audit(string claim, string value)
    {
        var token = _host.Issuer.IssueToken(c => c[claim] = JsonNode.Parse(value));
        _host.Time.Advance(TimeSpan.FromMinutes(claim == "exp" ? 3 : 0));
        var refusal = await _host.RefusalAsync(token);
        Assert.True(refusal.IsAuthenticated);
        Assert.Equal(_host.Issuer.Url, refusal.Issuer);
        Assert.Equal(Evidence.Encoding.Sha256Digest.Of(System.Text.Encoding.ASCII.GetBytes(token)), refusal.TokenDigest);
    }

    [Fact]
    public async Task Another_life_and_type_and_algorithm_are_a_matter_of_configuration()
    {
        await using var host = await ExchangeHost.StartAsync(
            ("Issuers:0:MaximumLifetime", "01:00:00"), ("Issuers:0:TokenType", "at+jwt"), ("Issuers:0:Algorithms:0", "RS512"));
        await host.AssertRefusedAsync(TokenRefusal.AlgorithmNotAllowed, host.Issuer.IssueToken(header: h => h["typ"] = "at+jwt"));

        await using var lasting = await ExchangeHost.StartAsync(("Issuers:0:MaximumLifetime", "01:00:00"), ("Issuers:0:TokenType", "at+jwt"));
        Assert.NotNull(await lasting.ValidateAsync(lasting.Issuer.IssueToken(c => c["exp"] = Now + 3600, h => h["typ"] = "at+jwt")));
    }

    private Task Refused(TokenRefusal reason, Action<JsonObject> change) => _host.AssertRefusedAsync(reason, _host.Issuer.IssueToken(change));
}
