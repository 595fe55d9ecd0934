using System.Net;
using System.Text.Json.Nodes;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hostile;

/// <summary>Tokens that are not what they must be before anything in them is believed (hostile cases T-01 to T-07, T-17). Anybody can send them, so they are counted.</summary>
public sealed class HostileFormTests(HostileAuthority authority) : IClassFixture<HostileAuthority>
{
    private PipelineIssuer Issuer => authority.Issuer;

    /// <summary>T-01.</summary>
    [Theory]
    [InlineData("none")]
    [InlineData("nOnE")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("")]
    public async Task T01_an_unsigned_token_gets_nothing(string algorithm)
    {
        var header = Issuer.Header();
        header["alg"] = algorithm;
        await authority.CountedAsync("ALGORITHM_NOT_ALLOWED", RawToken.Sign(Issuer.Key, header.ToJsonString(), Issuer.Claims().ToJsonString()));
        await authority.CountedAsync("MALFORMED", RawToken.Join(header.ToJsonString(), Issuer.Claims().ToJsonString(), []));
    }

    /// <summary>T-01.</summary>
    [Fact]
    public async Task T01_an_empty_signature_gets_nothing()
    {
        await authority.CountedAsync("MALFORMED", RawToken.Join(Issuer.Header().ToJsonString(), Issuer.Claims().ToJsonString(), []));
        await authority.CountedAsync("SIGNATURE_INVALID", RawToken.Join(Issuer.Header().ToJsonString(), Issuer.Claims().ToJsonString(), new byte[256]));
    }

    /// <summary>T-02: the public key is no secret.</summary>
    [Theory]
    [InlineData("HS256")]
    [InlineData("HS512")]
    [InlineData("hs256")]
    public async Task T02_a_public_key_is_no_HMAC_secret(string algorithm)
    {
        var header = Issuer.Header();
        header["alg"] = algorithm;
        foreach (var secret in (byte[][])[Issuer.Key.Spki, System.Text.Encoding.ASCII.GetBytes(Issuer.Key.Pem)])
        {
            await authority.CountedAsync("ALGORITHM_NOT_ALLOWED", RawToken.SignHmac(secret, header.ToJsonString(), Issuer.Claims().ToJsonString()));
        }
    }

    /// <summary>T-03: the key comes from the configured issuer, never with the token.</summary>
    [Theory]
    [InlineData("jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    [InlineData("x5c")]
    public async Task T03_a_key_or_its_address_in_the_header_is_not_looked_at(string member)
    {
        await using var attacker = await PipelineIssuer.StartAsync(authority.Time);
        var forger = Issuer.Key.Forger();
        JsonNode value = member switch
        {
            "jwk" => forger.ToJwk(),
            "x5c" => new JsonArray("MIIB"),
            _ => attacker.Url + "/.well-known/jwks",
        };
        await authority.CountedAsync("HEADER_NOT_ALLOWED", Issuer.IssueToken(header: h => h[member] = value, key: forger));
        Assert.Equal((0, 0), (attacker.DiscoveryRequests, attacker.KeySetRequests));
    }

    /// <summary>T-04: one fetch at most, however many such tokens come, and then a refusal.</summary>
    [Fact]
    public async Task T04_an_unknown_key_id_causes_one_fetch_and_is_refused()
    {
        // So old that the caller himself waits for the keys: a fetch ahead of their age would still be under way when fetches are counted.
        authority.Time.Advance(TimeSpan.FromMinutes(10));
        _ = await authority.GrantedAsync();
        authority.Time.Advance(TimeSpan.FromSeconds(31));
        var before = Issuer.KeySetRequests;
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => authority.ExchangeAsync(Issuer.IssueToken(header: h => h["kid"] = $"unknown-{i}"))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode));
        Assert.Equal(before + 1, Issuer.KeySetRequests);

        // Half a minute is the least time between two fetches, however many ask.
        authority.Time.Advance(TimeSpan.FromSeconds(20));
        using var soon = await authority.ExchangeAsync(Issuer.IssueToken(header: h => h["kid"] = "unknown-soon"));
        Assert.Equal((HttpStatusCode.BadRequest, before + 1), (soon.StatusCode, Issuer.KeySetRequests));
        authority.Time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(
            async () => (await authority.Authority.AuditAsync())[^1].Counts?.GetValueOrDefault("UNKNOWN_KEY") == 17, () => "The 17 refusals were not counted together.");

        await authority.CountedAsync("UNKNOWN_KEY", Issuer.IssueToken(header: h => h["kid"] = "another"));
    }

    /// <summary>T-05: a key id is compared, nothing else.</summary>
    [Theory]
    [InlineData("../../../../dev/null", "UNKNOWN_KEY")]
    [InlineData("/proc/self/environ", "UNKNOWN_KEY")]
    [InlineData("'||(select(1))--", "UNKNOWN_KEY")]
    [InlineData("|/bin/true", "UNKNOWN_KEY")]
    [InlineData("' OR 1=1 --", "KEY_ID_INVALID")]
    [InlineData("a\0b", "KEY_ID_INVALID")]
    [InlineData("a\r\nb", "KEY_ID_INVALID")]
    [InlineData("", "KEY_ID_INVALID")]
    public async Task T05_a_key_id_is_no_path_and_no_query(string keyId, string reason) =>
        await authority.CountedAsync(reason, Issuer.IssueToken(header: h => h["kid"] = keyId));

    /// <summary>T-05: sizes.</summary>
    [Fact]
    public async Task T05_a_key_id_of_any_size_costs_nothing()
    {
        await authority.CountedAsync("KEY_ID_INVALID", Issuer.IssueToken(header: h => h["kid"] = new string('k', 257)));
        await authority.CountedAsync("TOO_LARGE", Issuer.IssueToken(header: h => h["kid"] = new string('k', 50_000)));
        var megabyte = Issuer.IssueToken(header: h => h["kid"] = new string('k', 1_000_000));
        await authority.CountedAsync("BODY_TOO_LARGE", () => authority.ExchangeAsync(megabyte), HttpStatusCode.RequestEntityTooLarge);
    }

    /// <summary>T-06: Microsoft.IdentityModel takes an unknown <c>crit</c>.</summary>
    [Theory]
    [InlineData("""{"crit":["exp"]}""")]
    [InlineData("""{"crit":["b64"],"b64":false}""")]
    [InlineData("""{"b64":false}""")]
    [InlineData("""{"zip":"DEF"}""")]
    [InlineData("""{"crit":[]}""")]
    public async Task T06_a_header_that_changes_the_signatures_meaning_is_refused(string members) =>
        await authority.CountedAsync("CRITICAL_HEADER", Issuer.IssueToken(header: h =>
        {
            foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
            {
                h[name] = value!.DeepClone();
            }
        }));

    /// <summary>T-07: Microsoft.IdentityModel takes the last of two.</summary>
    [Theory]
    [InlineData("payload", "repository_id", "\"1\"")]
    [InlineData("payload", "aud", "\"sigstore\"")]
    [InlineData("payload", "exp", "9999999999")]
    [InlineData("header", "alg", "\"RS256\"")]
    [InlineData("header", "kid", "\"k\"")]
    public async Task T07_a_member_that_stands_twice_is_refused(string part, string member, string first)
    {
        var (header, payload) = (Issuer.Header().ToJsonString(), Issuer.Claims().ToJsonString());
        var twice = $"{{\"{member}\":{first},";
        await authority.CountedAsync("DUPLICATE_MEMBER", part == "header"
            ? RawToken.Sign(Issuer.Key, twice + header[1..], payload)
            : RawToken.Sign(Issuer.Key, header, twice + payload[1..]));
    }

    /// <summary>T-17: forms that are no JWS in three parts.</summary>
    [Fact]
    public async Task T17_an_encrypted_or_nested_or_many_parted_token_is_refused()
    {
        var token = Issuer.IssueToken();
        foreach (var form in (string[])[token + ".", token + ".a.b", "." + token, token.Replace('.', ' '), token.Split('.')[0], "..", new string('.', 20_000), "{\"payload\":\"\"}"])
        {
            await authority.CountedAsync("MALFORMED", form);
        }

        await authority.CountedAsync("HEADER_NOT_ALLOWED", Issuer.IssueToken(header: h => h["cty"] = "JWT"));
        await authority.CountedAsync("HEADER_NOT_ALLOWED", Issuer.IssueToken(header: h => h["enc"] = "A256GCM"));
    }

    /// <summary>T-17: sizes and depth.</summary>
    [Fact]
    public async Task T17_a_giant_or_deep_token_is_refused_before_it_is_read()
    {
        await authority.CountedAsync("TOO_LARGE", new string('.', 200_000));
        await authority.CountedAsync("TOO_LARGE", Issuer.IssueToken(claims => claims["x"] = new string('x', 40_000)));
        foreach (var giant in (string[])[new string('.', 1_000_000), Issuer.IssueToken(claims => claims["x"] = new string('x', 300_000))])
        {
            await authority.CountedAsync("BODY_TOO_LARGE", () => authority.ExchangeAsync(giant), HttpStatusCode.RequestEntityTooLarge);
        }

        var deep = Issuer.Claims().ToJsonString()[..^1] + ",\"x\":" + new string('[', 70) + new string(']', 70) + "}";
        await authority.CountedAsync("MALFORMED", RawToken.Sign(Issuer.Key, Issuer.Header().ToJsonString(), deep));
    }

    /// <summary>What the refusals of this class are measured against.</summary>
    [Fact]
    public async Task The_same_token_unspoiled_is_granted() => _ = await authority.GrantedAsync();
}
