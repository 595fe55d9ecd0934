using SigningAction.Authority.Exchange;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>Single use of a token (hostile case T-11).</summary>
public sealed class ReplayGuardTests : IAsyncLifetime
{
    private static readonly Sha256Digest OneKey = Sha256Digest.Of("one"u8);
    private static readonly Sha256Digest OtherKey = Sha256Digest.Of("other"u8);

    private ExchangeHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ExchangeHost.StartAsync(("Issuers:0:SingleUse", "true"), ("ReplayCapacity", "1000"));

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_same_request_passes_again_and_another_is_refused()
    {
        var token = await _host.ValidateAsync(_host.Issuer.IssueToken());
        _host.Replays.Use(token, OneKey);
        _host.Replays.Use(token, OneKey);
        var refusal = Assert.Throws<TokenRefusedException>(() => _host.Replays.Use(token, OtherKey));
        Assert.Equal(TokenRefusal.Replayed, refusal.Refusal);
        Assert.Equal((token.Issuer, token.Digest), (refusal.Issuer, refusal.TokenDigest));
        _host.Replays.Use(token, OneKey);
    }

    [Fact]
    public async Task The_same_token_presented_twice_is_one_token()
    {
        var text = _host.Issuer.IssueToken();
        _host.Replays.Use(await _host.ValidateAsync(text), OneKey);
        var again = await _host.ValidateAsync(text);
        Assert.Equal(TokenRefusal.Replayed, Assert.Throws<TokenRefusedException>(() => _host.Replays.Use(again, OtherKey)).Refusal);
    }

    [Fact]
    public async Task A_token_is_remembered_as_long_as_it_would_be_accepted_and_then_forgotten()
    {
        var text = _host.Issuer.IssueToken();
        _host.Replays.Use(await _host.ValidateAsync(text), OneKey);
        _host.Time.Advance(TimeSpan.FromSeconds(330));
        var last = await _host.ValidateAsync(text);
        Assert.Equal(TokenRefusal.Replayed, Assert.Throws<TokenRefusedException>(() => _host.Replays.Use(last, OtherKey)).Refusal);

        _host.Time.Advance(TimeSpan.FromSeconds(1));
        await _host.AssertRefusedAsync(TokenRefusal.Expired, text);
        _host.Replays.Use(await _host.ValidateAsync(_host.Issuer.IssueToken()), OneKey);
        Assert.Equal(1, _host.Replays.Count);
    }

    [Fact]
    public async Task When_the_memory_is_full_a_new_token_waits_and_none_is_forgotten()
    {
        var first = await _host.ValidateAsync(_host.Issuer.IssueToken());
        _host.Replays.Use(first, OneKey);
        for (var i = 1; i < 1000; i++)
        {
            _host.Replays.Use(await _host.ValidateAsync(_host.Issuer.IssueToken()), OneKey);
        }

        var late = await _host.ValidateAsync(_host.Issuer.IssueToken());
        var refusal = Assert.Throws<TokenRefusedException>(() => _host.Replays.Use(late, OneKey));
        Assert.Equal(TokenRefusal.ReplayMemoryFull, refusal.Refusal);
        Assert.True(refusal.IsTransient);
        Assert.Equal(TokenRefusal.Replayed, Assert.Throws<TokenRefusedException>(() => _host.Replays.Use(first, OtherKey)).Refusal);
    }

    [Fact]
    public async Task Of_many_requests_at_once_with_one_token_one_key_wins()
    {
        var token = await _host.ValidateAsync(_host.Issuer.IssueToken());
        var won = 0;
        _ = Parallel.For(0, 64, i =>
        {
            try
            {
                _host.Replays.Use(token, Sha256Digest.Of(BitConverter.GetBytes(i)));
                _ = Interlocked.Increment(ref won);
            }
            catch (TokenRefusedException e) when (e.Refusal == TokenRefusal.Replayed)
            {
                // The other sixty-three.
            }
        });
        Assert.Equal(1, won);
    }

    [Fact]
    public async Task A_single_use_token_without_an_id_is_refused() =>
        await _host.AssertRefusedAsync(TokenRefusal.ClaimMissing, _host.Issuer.IssueToken(c => c.Remove("jti")));

    [Fact]
    public async Task A_token_for_repeated_use_is_not_remembered()
    {
        await using var host = await ExchangeHost.StartAsync();
        var token = await host.ValidateAsync(host.Issuer.IssueToken());
        host.Replays.Use(token, OneKey);
        host.Replays.Use(token, OtherKey);
        Assert.Equal(0, host.Replays.Count);
    }
}
