using System.Text.Json.Nodes;
using SigningAction.Authority.Exchange;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>What is refused before anything is fetched (hostile cases T-01 to T-03, T-05 to T-07, T-12, T-17): every test also counts the requests.</summary>
public sealed class TokenFormTests : IAsyncLifetime
{
    private ExchangeHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ExchangeHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_request_without_a_token_is_refused(string? token) => await RefusedUnasked(TokenRefusal.Missing, token);

    [Theory]
    [InlineData("none")]
    [InlineData("nOnE")]
    [InlineData("None")]
    public async Task An_unsigned_token_is_refused(string algorithm)
    {
        var header = _host.Issuer.Header();
        header["alg"] = algorithm;
        var payload = _host.Issuer.Claims().ToJsonString();
        await RefusedUnasked(TokenRefusal.AlgorithmNotAllowed, RawToken.Sign(_host.Issuer.Key, header.ToJsonString(), payload));
        await RefusedUnasked(TokenRefusal.Malformed, RawToken.Join(header.ToJsonString(), payload, []));
    }

    [Fact]
    public async Task An_empty_signature_is_refused() =>
        await RefusedUnasked(TokenRefusal.Malformed, RawToken.Join(_host.Issuer.Header().ToJsonString(), _host.Issuer.Claims().ToJsonString(), []));

    [Fact]
    public async Task An_hmac_keyed_with_the_public_key_is_refused()
    {
        var header = _host.Issuer.Header();
        header["alg"] = "HS256";
        var payload = _host.Issuer.Claims().ToJsonString();
        foreach (var secret in new[] { _host.Issuer.Key.Spki, System.Text.Encoding.ASCII.GetBytes(_host.Issuer.Key.Pem) })
        {
            await RefusedUnasked(TokenRefusal.AlgorithmNotAllowed, RawToken.SignHmac(secret, header.ToJsonString(), payload));
        }
    }

    [Theory]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("rs256")]
    [InlineData("RS256 ")]
    [InlineData(null)]
    public async Task An_algorithm_that_the_issuer_does_not_use_is_refused(string? algorithm) =>
        await RefusedUnasked(TokenRefusal.AlgorithmNotAllowed, _host.Issuer.IssueToken(header: h => Set(h, "alg", algorithm)));

    [Theory]
    [InlineData("jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    [InlineData("x5c")]
    [InlineData("cty")]
    [InlineData("nonce")]
    public async Task A_key_or_anything_unknown_in_the_header_is_refused(string member)
    {
        var attacker = _host.Issuer.Key.Forger();
        JsonNode value = member switch
        {
            "jwk" => attacker.ToJwk(),
            "x5c" => new JsonArray("MIIB"),
            _ => _host.Issuer.Url + "/attacker",
        };
        await RefusedUnasked(TokenRefusal.HeaderNotAllowed, _host.Issuer.IssueToken(header: h => h[member] = value, key: attacker));
    }

    [Theory]
    [InlineData("""{"crit":["exp"]}""")]
    [InlineData("""{"crit":[]}""")]
    [InlineData("""{"crit":["b64"],"b64":false}""")]
    [InlineData("""{"b64":false}""")]
    [InlineData("""{"b64":true}""")]
    [InlineData("""{"zip":"DEF"}""")]
    public async Task A_header_that_changes_what_the_signature_means_is_refused(string members)
    {
        var token = _host.Issuer.IssueToken(header: h =>
        {
            foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
            {
                h[name] = value?.DeepClone();
            }
        });
        await RefusedUnasked(TokenRefusal.CriticalHeader, token);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("clé")]
    public async Task A_key_id_that_is_no_printable_text_is_refused(string? keyId) =>
        await RefusedUnasked(TokenRefusal.KeyIdInvalid, _host.Issuer.IssueToken(header: h => Set(h, "kid", keyId)));

    [Fact]
    public async Task A_key_id_of_any_other_size_or_type_is_refused()
    {
        await RefusedUnasked(TokenRefusal.KeyIdInvalid, _host.Issuer.IssueToken(header: h => h["kid"] = new string('k', 257)));
        await RefusedUnasked(TokenRefusal.KeyIdInvalid, _host.Issuer.IssueToken(header: h => h["kid"] = 1));
        await RefusedUnasked(TokenRefusal.TooLarge, _host.Issuer.IssueToken(header: h => h["kid"] = new string('k', 1_000_000)));
    }

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("jwt")]
    [InlineData("JOSE")]
    [InlineData(null)]
    public async Task A_token_of_another_type_is_refused(string? type) =>
        await RefusedUnasked(TokenRefusal.TypeNotAllowed, _host.Issuer.IssueToken(header: h => Set(h, "typ", type)));

    [Theory]
    [InlineData("sub")]
    [InlineData("iss")]
    [InlineData("repository_id")]
    [InlineData("aud")]
    [InlineData("exp")]
    public async Task A_claim_that_stands_twice_is_refused(string claim)
    {
        var payload = _host.Issuer.Claims();
        var twice = $"{{\"{claim}\":{payload[claim]!.ToJsonString()},{payload.ToJsonString()[1..]}";
        await RefusedUnasked(TokenRefusal.DuplicateMember, RawToken.Sign(_host.Issuer.Key, _host.Issuer.Header().ToJsonString(), twice));
    }

    [Fact]
    public async Task A_member_that_stands_twice_under_an_escape_or_inside_another_is_refused()
    {
        var header = _host.Issuer.Header().ToJsonString();
        var payload = _host.Issuer.Claims().ToJsonString()[1..];
        await RefusedUnasked(TokenRefusal.DuplicateMember, RawToken.Sign(_host.Issuer.Key, header, """{"\u0073ub":"repo:evil",""" + payload));
        await RefusedUnasked(TokenRefusal.DuplicateMember, RawToken.Sign(_host.Issuer.Key, header, """{"x":{"a":1,"a":2},""" + payload));
        await RefusedUnasked(TokenRefusal.DuplicateMember, RawToken.Sign(_host.Issuer.Key, """{"alg":"none",""" + header[1..], "{" + payload));
    }

    /// <summary>The table of hostile case T-12 and CVE-2026-22772: each reads as an allowed issuer to some parser.</summary>
    [Theory]
    [InlineData("URL/")]
    [InlineData("URL/x")]
    [InlineData("URL#")]
    [InlineData("URL?x")]
    [InlineData("URL.")]
    [InlineData(" URL")]
    [InlineData("URL ")]
    [InlineData("URL\n")]
    [InlineData("URL\u0000")]
    [InlineData("https://169.254.169.254/?URL")]
    [InlineData("http://evil.example?URL")]
    [InlineData("http://evil.example#URL")]
    [InlineData("URL@evil.example")]
    [InlineData("URL\\@evil.example")]
    [InlineData("http://2852039166")]
    [InlineData("http://0x7f.1")]
    [InlineData("http://[::ffff:169.254.169.254]")]
    [InlineData("https://ⓣoken.actions.githubusercontent.com")]
    [InlineData("https://token.actions.githubusercontent.com")]
    [InlineData("HTTPS://TOKEN.ACTIONS.GITHUBUSERCONTENT.COM")]
    [InlineData("*")]
    [InlineData("")]
    public async Task An_issuer_that_is_not_configured_character_by_character_is_refused(string issuer)
    {
        var claimed = issuer.Replace("URL", _host.Issuer.Url, StringComparison.Ordinal);
        await RefusedUnasked(TokenRefusal.UnknownIssuer, _host.Issuer.IssueToken(claims: c => c["iss"] = claimed));
    }

    [Fact]
    public async Task An_issuer_in_other_case_or_of_another_type_is_refused()
    {
        await RefusedUnasked(TokenRefusal.UnknownIssuer, _host.Issuer.IssueToken(claims: c => c["iss"] = _host.Issuer.Url.ToUpperInvariant()));
        await RefusedUnasked(TokenRefusal.UnknownIssuer, _host.Issuer.IssueToken(claims: c => c["iss"] = new JsonArray(_host.Issuer.Url)));
        await RefusedUnasked(TokenRefusal.UnknownIssuer, _host.Issuer.IssueToken(claims: c => c.Remove("iss")));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData("HEAD.PAYLOAD")]
    [InlineData("HEAD.PAYLOAD.SIG.x")]
    [InlineData("HEAD.x.x.x.x")]
    [InlineData("HEAD.PAYLOAD.SIG=")]
    [InlineData("HEAD.PAYLOAD. SIG")]
    [InlineData(" HEAD.PAYLOAD.SIG")]
    [InlineData("HEAD.PAYLOAD.SIG\n")]
    [InlineData("HEAD.PAYLOAD.+/+/")]
    [InlineData("HEAD.HEAD\u00e9.SIG")]
    [InlineData("W10.W10.W10")]
    [InlineData("MQ.MQ.MQ")]
    [InlineData("HEAD.e30x.SIG")]
    public async Task A_token_that_is_not_three_parts_of_base64url_is_refused(string form)
    {
        var parts = _host.Issuer.IssueToken().Split('.');
        var token = form.Replace("HEAD", parts[0], StringComparison.Ordinal)
            .Replace("PAYLOAD", parts[1], StringComparison.Ordinal).Replace("SIG", parts[2], StringComparison.Ordinal);
        await RefusedUnasked(TokenRefusal.Malformed, token);
    }

    [Fact]
    public async Task Bits_that_decode_to_nothing_are_refused()
    {
        // 256 bytes of signature leave four unused bits in the last character.
        var token = _host.Issuer.IssueToken();
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var other = alphabet[alphabet.IndexOf(token[^1], StringComparison.Ordinal) + 1];
        await RefusedUnasked(TokenRefusal.Malformed, token[..^1] + other);
    }

    [Fact]
    public async Task A_token_beyond_the_cap_is_refused_before_it_is_read()
    {
        await RefusedUnasked(TokenRefusal.TooLarge, new string('.', 1_000_000));
        await RefusedUnasked(TokenRefusal.TooLarge, _host.Issuer.IssueToken(claims: c => c["padding"] = new string('x', 300_000)));
    }

    [Fact]
    public async Task A_claim_nested_deeper_than_the_cap_is_refused()
    {
        var payload = "{\"x\":" + new string('[', 70) + new string(']', 70) + "," + _host.Issuer.Claims().ToJsonString()[1..];
        await RefusedUnasked(TokenRefusal.Malformed, RawToken.Sign(_host.Issuer.Key, _host.Issuer.Header().ToJsonString(), payload));
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_are_refused()
    {
        var input = $"{Base64(_host.Issuer.Header().ToJsonString())}.{System.Buffers.Text.Base64Url.EncodeToString([.. "{\"iss\":\""u8, 0xC3, 0x28, .. "\"}"u8])}";
        var token = $"{input}.{System.Buffers.Text.Base64Url.EncodeToString(_host.Issuer.Key.Sign(input))}";
        await RefusedUnasked(TokenRefusal.Malformed, token);

        static string Base64(string text) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(text));
    }

    private async Task RefusedUnasked(TokenRefusal reason, string? token)
    {
        var refusal = await _host.RefusalAsync(token);
        Assert.Equal(reason, refusal.Refusal);
        Assert.False(refusal.IsAuthenticated);
        Assert.Null(refusal.Issuer);
        Assert.Equal((0, 0), (_host.Issuer.DiscoveryRequests, _host.Issuer.KeySetRequests));
    }

    private static void Set(JsonObject target, string member, string? value)
    {
        if (value is null)
        {
            _ = target.Remove(member);
        }
        else
        {
            target[member] = value;
        }
    }
}
