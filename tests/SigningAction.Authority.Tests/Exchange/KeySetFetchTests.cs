using System.Text.Json.Nodes;
using SigningAction.Authority.Exchange;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>What an issuer may answer (hostile cases T-13, 31 to 33). After every bad answer the keys fetched before serve on.</summary>
public sealed class KeySetFetchTests : IAsyncLifetime
{
    private ExchangeHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ExchangeHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData(IssuerFault.Abort, KeySetFault.Unreachable)]
    [InlineData(IssuerFault.ServerError, KeySetFault.Status)]
    [InlineData(IssuerFault.Huge, KeySetFault.TooLarge)]
    [InlineData(IssuerFault.HugeChunked, KeySetFault.TooLarge)]
    [InlineData(IssuerFault.Html, KeySetFault.Malformed)]
    [InlineData(IssuerFault.Half, KeySetFault.Malformed)]
    [InlineData(IssuerFault.DuplicateMember, KeySetFault.Malformed)]
    public async Task A_bad_answer_changes_nothing_but_the_state(IssuerFault fault, KeySetFault seen)
    {
        await Accepted();
        _host.Issuer.DiscoveryFault = fault;
        await StillAccepted(seen);
        _host.Issuer.DiscoveryFault = IssuerFault.None;
        _host.Issuer.KeySetFault = fault;
        await StillAccepted(seen);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_even_to_the_real_keys()
    {
        await using var elsewhere = await PipelineIssuer.StartAsync(_host.Time);
        await Accepted();
        _host.Issuer.Elsewhere = elsewhere.Url;
        _host.Issuer.DiscoveryFault = IssuerFault.Redirect;
        await StillAccepted(KeySetFault.Status);
        _host.Issuer.DiscoveryFault = IssuerFault.None;
        _host.Issuer.KeySetFault = IssuerFault.Redirect;
        await StillAccepted(KeySetFault.Status);
        Assert.Equal((0, 0), (elsewhere.DiscoveryRequests, elsewhere.KeySetRequests));
    }

    [Theory]
    [InlineData("OTHER/.well-known/jwks")]
    [InlineData("https://HOST/.well-known/jwks")]
    [InlineData("http://localhost:PORT/.well-known/jwks")]
    [InlineData("http://HOST@evil.example/jwks")]
    [InlineData("http://HOST/a/../jwks")]
    [InlineData("http://HOST/jwks?x")]
    [InlineData("http://HOST/jwks#x")]
    [InlineData("http://2130706433:PORT/.well-known/jwks")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/.well-known/jwks")]
    [InlineData("")]
    public async Task A_discovery_document_cannot_send_elsewhere_for_the_keys(string address)
    {
        await using var other = await PipelineIssuer.StartAsync(_host.Time);
        var authority = new Uri(_host.Issuer.Url).Authority;
        var sent = address.Replace("OTHER", other.Url, StringComparison.Ordinal).Replace("HOST", authority, StringComparison.Ordinal)
            .Replace("PORT", authority[(authority.IndexOf(':', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
        await Accepted();
        _host.Issuer.Discovery = document => document["jwks_uri"] = sent;
        await StillAccepted(KeySetFault.OtherOrigin);
        Assert.Equal(0, other.KeySetRequests);
        Assert.Equal(1, _host.Issuer.KeySetRequests);
    }

    [Fact]
    public async Task A_discovery_document_of_another_issuer_or_without_keys_is_refused()
    {
        await Accepted();
        _host.Issuer.Discovery = document => document["issuer"] = _host.Issuer.Url + "/";
        await StillAccepted(KeySetFault.OtherIssuer);
        _host.Issuer.Discovery = document => document.Remove("jwks_uri");
        await StillAccepted(KeySetFault.Malformed);
    }

    [Fact]
    public async Task Ten_thousand_keys_are_refused_by_size_and_a_hundred_and_one_by_number()
    {
        await Accepted();
        _host.Issuer.KeySet = set => Fill(set, 10_000);
        await StillAccepted(KeySetFault.TooLarge);
        _host.Issuer.KeySet = set => Fill(set, 100);
        await StillAccepted(KeySetFault.TooManyKeys);
        _host.Issuer.KeySet = set => Fill(set, 99);
        await StillAccepted(KeySetFault.None);

        static void Fill(JsonObject set, int count)
        {
            for (var i = 0; i < count; i++)
            {
                set["keys"]!.AsArray().Add(new JsonObject { ["kty"] = "EC", ["kid"] = $"k{i}", ["x"] = new string('x', 10) });
            }
        }
    }

    [Fact]
    public async Task Two_keys_of_one_id_are_refused()
    {
        await Accepted();
        _host.Issuer.KeySet = set => set["keys"]!.AsArray().Add(_host.Issuer.Key.Forger().ToJwk());
        await StillAccepted(KeySetFault.DuplicateKeyId);
    }

    [Theory]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":["x"]}""")]
    [InlineData("""{"keys":[{"kty":7}]}""")]
    [InlineData("""{"key":[]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"k","n":"a+b=","e":"AQAB"}]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"k","e":"AQAB"}]}""")]
    public async Task A_key_set_of_another_shape_is_refused(string text)
    {
        await Accepted();
        _host.Issuer.KeySet = set =>
        {
            set.Clear();
            foreach (var (name, value) in JsonNode.Parse(text)!.AsObject())
            {
                set[name] = value?.DeepClone();
            }
        };
        await StillAccepted(KeySetFault.Malformed);
    }

    [Theory]
    [InlineData("use", "enc")]
    [InlineData("kty", "EC")]
    [InlineData("alg", "RSA-OAEP")]
    [InlineData("alg", "RS512")]
    [InlineData("kid", "")]
    [InlineData("e", "Aw")]
    [InlineData("n", "3ZWrUY0Y6IKN1qI4BhxR2C7oHVFgGPYkd38uGq1jQNSqEvJFcN93CYm16_G78FAFKWqwsJb3Wx-nbxDn6LtP4Q")]
    public async Task A_key_that_could_not_have_signed_is_as_none(string member, string value)
    {
        var signs = _host.Issuer.Key;
        _host.Issuer.KeySet = set => set["keys"]![0]![member] = value;
        await _host.AssertRefusedAsync(TokenRefusal.UnknownKey, _host.Issuer.IssueToken(key: signs));
    }

    [Fact]
    public async Task A_key_that_is_published_with_its_private_half_is_no_longer_trusted()
    {
        await Accepted();
        _host.Issuer.KeySet = set => set["keys"]![0]!["d"] = "AQAB";
        _host.Time.Advance(TimeSpan.FromMinutes(10));
        await _host.AssertRefusedAsync(TokenRefusal.UnknownKey, _host.Issuer.IssueToken());
    }

    [Fact]
    public async Task A_configured_address_of_the_keys_stands_in_for_discovery()
    {
        await using var host = await ExchangeHost.StartAsync(("Issuers:0:JwksUri", "ISSUER/.well-known/jwks"));
        Assert.NotNull(await host.ValidateAsync(host.Issuer.IssueToken()));
        Assert.Equal((0, 1), (host.Issuer.DiscoveryRequests, host.Issuer.KeySetRequests));
    }

    private async Task Accepted() => Assert.NotNull(await _host.ValidateAsync(_host.Issuer.IssueToken()));

    private async Task StillAccepted(KeySetFault seen)
    {
        _host.Time.Advance(TimeSpan.FromMinutes(10));
        await Accepted();
        Assert.Equal(seen, _host.Keys.Fault);
        Assert.True(_host.Keys.IsUsable);
    }
}
