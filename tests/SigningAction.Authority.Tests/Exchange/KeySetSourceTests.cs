using System.Text.Json.Nodes;
using SigningAction.Authority.Exchange;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>When keys are fetched, and what happens when they are not to be had (hostile cases T-04, T-13 to T-16).</summary>
public sealed class KeySetSourceTests : IAsyncLifetime
{
    private ExchangeHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ExchangeHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Keys_are_fetched_once_and_kept()
    {
        for (var i = 0; i < 10; i++)
        {
            await Accepted();
        }

        Assert.Equal((1, 1), (_host.Issuer.DiscoveryRequests, _host.Issuer.KeySetRequests));
        Assert.Equal(new KeySetState(_host.Issuer.Url, ExchangeHost.Start, 1, KeySetFault.None, true), _host.Keys);
    }

    [Fact]
    public async Task An_unknown_key_id_causes_one_fetch_and_no_more_within_the_pause()
    {
        await Accepted();
        _host.Time.Advance(TimeSpan.FromSeconds(31));
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => _host.AssertRefusedAsync(
            TokenRefusal.UnknownKey, _host.Issuer.IssueToken(header: h => h["kid"] = $"unknown-{i}"))));
        Assert.Equal(2, _host.Issuer.KeySetRequests);

        _host.Time.Advance(TimeSpan.FromSeconds(29));
        await _host.AssertRefusedAsync(TokenRefusal.UnknownKey, _host.Issuer.IssueToken(header: h => h["kid"] = "again"));
        Assert.Equal(2, _host.Issuer.KeySetRequests);
    }

    [Fact]
    public async Task A_new_key_is_found_by_its_first_token_and_the_old_one_serves_on_while_it_is_published()
    {
        var old = _host.Issuer.Key;
        await Accepted();
        _host.Time.Advance(TimeSpan.FromMinutes(1));
        _host.Issuer.Rotate();
        await Accepted();
        Assert.NotNull(await _host.ValidateAsync(_host.Issuer.IssueToken(key: old)));
        Assert.Equal(2, _host.Issuer.KeySetRequests);
    }

    [Fact]
    public async Task A_key_that_its_issuer_withdrew_is_refused_from_the_refresh_on()
    {
        var stolen = _host.Issuer.Key;
        await Accepted();
        _host.Issuer.Rotate(withdrawOld: true);
        _host.Time.Advance(TimeSpan.FromMinutes(10));
        await _host.AssertRefusedAsync(TokenRefusal.UnknownKey, _host.Issuer.IssueToken(key: stolen));
        await Accepted();
    }

    [Fact]
    public async Task Keys_are_fetched_ahead_of_their_age_without_a_caller_waiting()
    {
        await Accepted();
        _host.Time.Advance(TimeSpan.FromMinutes(5));
        _host.Issuer.KeySetFault = IssuerFault.Slow;
        await Accepted();
        await _host.Issuer.SomebodyWaits.Task.WithinDeadlineAsync();
        await Accepted();
        Assert.Equal(2, _host.Issuer.KeySetRequests);
    }

    [Fact]
    public async Task An_issuer_that_publishes_no_key_any_more_is_believed()
    {
        await Accepted();
        _host.Issuer.KeySet = set => set["keys"] = new JsonArray();
        _host.Time.Advance(TimeSpan.FromMinutes(10));
        await _host.AssertRefusedAsync(TokenRefusal.UnknownKey, _host.Issuer.IssueToken());
        Assert.Equal(KeySetFault.NoKey, _host.Keys.Fault);
    }

    [Fact]
    public async Task The_last_good_keys_serve_for_a_day_and_not_longer()
    {
        await Accepted();
        _host.Issuer.DiscoveryFault = IssuerFault.Abort;
        _host.Time.Advance(TimeSpan.FromHours(24));
        await Accepted();
        Assert.True(_host.Keys is { IsDegraded: true, IsUsable: true, Fault: KeySetFault.Unreachable, Keys: 1 });
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        var refusal = await _host.RefusalAsync(_host.Issuer.IssueToken());
        Assert.Equal(TokenRefusal.KeySetUnavailable, refusal.Refusal);
        Assert.True(refusal.IsTransient);
        Assert.False(_host.Keys.IsUsable);

        _host.Issuer.DiscoveryFault = IssuerFault.None;
        _host.Time.Advance(TimeSpan.FromSeconds(30));
        await Accepted();
        Assert.False(_host.Keys.IsDegraded);
    }

    [Fact]
    public async Task An_issuer_that_is_down_is_asked_once_in_the_pause_however_many_tokens_come()
    {
        _host.Issuer.DiscoveryFault = IssuerFault.ServerError;
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => _host.AssertRefusedAsync(TokenRefusal.KeySetUnavailable, _host.Issuer.IssueToken())));
        Assert.Equal(1, _host.Issuer.DiscoveryRequests);
        Assert.Equal(new KeySetState(_host.Issuer.Url, null, 0, KeySetFault.Status, false), _host.Keys);
    }

    [Fact]
    public async Task An_unknown_key_id_while_the_issuer_is_down_is_our_trouble()
    {
        await Accepted();
        _host.Issuer.Rotate();
        _host.Issuer.KeySetFault = IssuerFault.ServerError;
        _host.Time.Advance(TimeSpan.FromMinutes(1));
        await _host.AssertRefusedAsync(TokenRefusal.KeySetUnavailable, _host.Issuer.IssueToken());
    }

    [Fact]
    public async Task An_issuer_that_answers_too_slowly_is_left()
    {
        _host.Issuer.DiscoveryFault = IssuerFault.Slow;
        var waiting = _host.RefusalAsync(_host.Issuer.IssueToken());
        await _host.Issuer.SomebodyWaits.Task.WithinDeadlineAsync();
        Assert.False(waiting.IsCompleted);
        _host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TokenRefusal.KeySetUnavailable, (await waiting).Refusal);
        Assert.Equal(KeySetFault.TimedOut, _host.Keys.Fault);
    }

    [Fact]
    public async Task A_caller_who_leaves_does_not_stop_the_fetch_that_others_wait_for()
    {
        _host.Issuer.DiscoveryFault = IssuerFault.Slow;
        using var leave = new CancellationTokenSource();
        var leaving = _host.Validator.ValidateAsync(_host.Issuer.IssueToken(), leave.Token);
        var staying = _host.RefusalAsync(_host.Issuer.IssueToken());
        await _host.Issuer.SomebodyWaits.Task.WithinDeadlineAsync();
        await leave.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Assert.False(staying.IsCompleted);
        _host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TokenRefusal.KeySetUnavailable, (await staying).Refusal);
    }

    private async Task Accepted() => Assert.NotNull(await _host.ValidateAsync(_host.Issuer.IssueToken()));
}
