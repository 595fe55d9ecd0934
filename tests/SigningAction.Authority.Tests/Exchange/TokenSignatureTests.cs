using System.Text.Json.Nodes;
using SigningAction.Authority.Exchange;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>Forgeries (hostile cases T-01 to T-05).</summary>
public sealed class TokenSignatureTests : IAsyncLifetime
{
    private ExchangeHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ExchangeHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_token_signed_by_another_key_under_a_known_id_is_refused()
    {
        var forger = _host.Issuer.Key.Forger();
        await _host.AssertRefusedAsync(TokenRefusal.SignatureInvalid, _host.Issuer.IssueToken(key: forger));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_token_of_which_a_claim_or_header_was_changed_is_refused(int part)
    {
        var genuine = _host.Issuer.IssueToken().Split('.');
        var other = _host.Issuer.IssueToken(c => c["repository_id"] = "75", h => h["x5t"] = "other").Split('.');
        genuine[part] = other[part];
        await _host.AssertRefusedAsync(TokenRefusal.SignatureInvalid, string.Join('.', genuine));
    }

    [Fact]
    public async Task A_forged_token_is_refused_for_its_signature_whatever_it_claims()
    {
        var forger = _host.Issuer.Key.Forger();
        string[] forged =
        [
            _host.Issuer.IssueToken(audience: "other", key: forger),
            _host.Issuer.IssueToken(c => c["exp"] = 1, key: forger),
            _host.Issuer.IssueToken(c => c["exp"] = long.MaxValue, key: forger),
            _host.Issuer.IssueToken(c => c["nbf"] = 99_999_999_999, key: forger),
            _host.Issuer.IssueToken(c => c.Remove("exp"), key: forger),
            _host.Issuer.IssueToken(c => c["repository_id"] = 74, key: forger),
            _host.Issuer.IssueToken(c => c["workflow"] = "\u202E", key: forger),
        ];
        foreach (var token in forged)
        {
            var refusal = await _host.RefusalAsync(token);
            Assert.Equal(TokenRefusal.SignatureInvalid, refusal.Refusal);
            Assert.False(refusal.IsAuthenticated);
            Assert.Null(refusal.TokenDigest);
        }
    }

    [Fact]
    public async Task A_forged_token_that_the_library_cannot_read_is_refused_and_not_believed()
    {
        var forger = _host.Issuer.Key.Forger();
        foreach (var exp in new JsonNode[] { 1e300, new JsonArray() })
        {
            var refusal = await _host.RefusalAsync(_host.Issuer.IssueToken(c => c["exp"] = exp, key: forger));
            Assert.True(refusal.Refusal is TokenRefusal.ClaimType or TokenRefusal.ClaimRange, refusal.Message);
            Assert.False(refusal.IsAuthenticated);
        }
    }

    [Theory]
    [InlineData("../../dev/null")]
    [InlineData("'OR'1'='1")]
    [InlineData("unknown")]
    public async Task A_key_id_that_the_issuer_does_not_publish_is_refused(string keyId)
    {
        var refusal = await _host.RefusalAsync(_host.Issuer.IssueToken(header: h => h["kid"] = keyId));
        Assert.Equal(TokenRefusal.UnknownKey, refusal.Refusal);
        Assert.DoesNotContain(keyId, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_published_key_does_not_stand_in_for_the_one_that_is_named()
    {
        _host.Issuer.Rotate();
        var (older, newer) = (_host.Issuer.Keys[0], _host.Issuer.Keys[1]);
        await _host.AssertRefusedAsync(TokenRefusal.SignatureInvalid, _host.Issuer.IssueToken(header: h => h["kid"] = newer.Id, key: older));
        Assert.NotNull(await _host.ValidateAsync(_host.Issuer.IssueToken(key: older)));
    }

    [Fact]
    public async Task Sixty_four_callers_at_once_are_all_answered()
    {
        var token = _host.Issuer.IssueToken();
        var forged = _host.Issuer.IssueToken(key: _host.Issuer.Key.Forger());
        var all = Enumerable.Range(0, 64).Select(async i =>
        {
            if (i % 2 == 0)
            {
                Assert.NotNull(await _host.ValidateAsync(token));
            }
            else
            {
                await _host.AssertRefusedAsync(TokenRefusal.SignatureInvalid, forged);
            }
        });
        await Task.WhenAll(all);
        Assert.Equal((1, 1), (_host.Issuer.DiscoveryRequests, _host.Issuer.KeySetRequests));
    }
}
