using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hostile;

/// <summary>An issuer that misbehaves on purpose (hostile cases T-13 to T-16): the last good keys serve on, the alarm is raised, and without keys nobody gets anything.</summary>
public sealed class HostileKeySetTests : IAsyncLifetime
{
    private readonly HostileAuthority _authority = new();

    private PipelineIssuer Issuer => _authority.Issuer;

    public ValueTask InitializeAsync() => _authority.InitializeAsync();

    public ValueTask DisposeAsync() => _authority.DisposeAsync();

    /// <summary>T-13.</summary>
    [Theory]
    [InlineData("redirect", "Status")]
    [InlineData("10 MB", "TooLarge")]
    [InlineData("10 MB in chunks", "TooLarge")]
    [InlineData("10,000 keys", "TooLarge")]
    [InlineData("101 keys", "TooManyKeys")]
    [InlineData("one kid twice", "DuplicateKeyId")]
    [InlineData("one member twice", "Malformed")]
    [InlineData("a web page", "Malformed")]
    [InlineData("half an answer", "Malformed")]
    [InlineData("503", "Status")]
    [InlineData("connection cut", "Unreachable")]
    public async Task T13_a_bad_key_set_changes_nothing_but_raises_the_alarm(string answer, string fault)
    {
        await using var elsewhere = await PipelineIssuer.StartAsync(_authority.Time);
        _ = await _authority.GrantedAsync();
        Spoil(answer, elsewhere);
        _authority.Time.Advance(TimeSpan.FromMinutes(10));
        _ = await _authority.GrantedAsync();
        Assert.Equal((0, 0), (elsewhere.DiscoveryRequests, elsewhere.KeySetRequests));
        Assert.Contains(_authority.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains($"could not be fetched: {fault}", StringComparison.Ordinal));
        Assert.Equal("degraded", await KeySetStateAsync());

        // It is well again: the alarm ends.
        Mend();
        _authority.Time.Advance(TimeSpan.FromMinutes(10));
        _ = await _authority.GrantedAsync();
        Assert.Equal("ready", await KeySetStateAsync());
    }

    /// <summary>T-13: with no keys fetched before, the same answers leave nothing to serve.</summary>
    [Theory]
    [InlineData("redirect")]
    [InlineData("10 MB in chunks")]
    [InlineData("one kid twice")]
    [InlineData("connection cut")]
    public async Task T13_without_good_keys_a_bad_key_set_is_our_trouble_and_nobody_is_let_in(string answer)
    {
        await using var elsewhere = await PipelineIssuer.StartAsync(_authority.Time);
        Spoil(answer, elsewhere);
        await _authority.CountedAsync("KEY_SET_UNAVAILABLE", () => _authority.ExchangeAsync(Issuer.IssueToken()), HttpStatusCode.ServiceUnavailable, 14);
        Assert.Equal("unavailable", await KeySetStateAsync());
        Mend();
        _authority.Time.Advance(TimeSpan.FromSeconds(30));
        _ = await _authority.GrantedAsync();
    }

    /// <summary>T-13: keys that are in the set and could not have signed a token.</summary>
    [Theory]
    [InlineData("use", "enc")]
    [InlineData("kty", "oct")]
    [InlineData("alg", "RSA-OAEP")]
    [InlineData("n", "3ZWrUY0Y6IKN1qI4BhxR2C7oHVFgGPYkd38uGq1jQNSqEvJFcN93CYm16_G78FAFKWqwsJb3Wx-nbxDn6LtP4Q")]
    [InlineData("e", "Aw")]
    [InlineData("d", "AQAB")]
    public async Task T13_a_key_of_another_use_or_512_bits_or_without_its_secret_is_as_none(string member, string value)
    {
        Issuer.KeySet = set => set["keys"]![0]![member] = value;
        await _authority.CountedAsync("UNKNOWN_KEY", Issuer.IssueToken());
    }

    /// <summary>T-13: an issuer that answers a byte and then nothing is left when its time is up.</summary>
    [Fact]
    public async Task T13_a_slow_issuer_holds_nobody_beyond_the_timeout()
    {
        _ = await _authority.GrantedAsync();
        _authority.Time.Advance(TimeSpan.FromMinutes(10));
        Issuer.KeySetFault = IssuerFault.Slow;
        var waiting = _authority.GrantedAsync();
        await Issuer.SomebodyWaits.Task.WithinDeadlineAsync();
        Assert.False(waiting.IsCompleted);
        _authority.Time.Advance(TimeSpan.FromSeconds(10));
        _ = await waiting;
        Assert.Contains(_authority.Log.Lines, line => line.Contains("could not be fetched: TimedOut", StringComparison.Ordinal));
    }

    /// <summary>T-13: over TLS the issuer's certificate must be alive, trusted and its own.</summary>
    [Theory]
    [InlineData("good", true)]
    [InlineData("expired", false)]
    [InlineData("not valid yet", false)]
    [InlineData("of another host", false)]
    [InlineData("of a stranger", false)]
    public async Task T13_an_issuer_without_a_good_TLS_certificate_is_not_believed(string kind, bool believed)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        using var root = TlsCertificates.Root();
        using var stranger = TlsCertificates.Root();
        using var certificate = TlsCertificates.Server(kind == "of a stranger" ? stranger : root, kind);
        await using var issuer = await PipelineIssuer.StartAsync(time, certificate);
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions
        {
            Time = time,
            Issuers = _ => [new IssuerOptions { Url = issuer.Url, Kind = IssuerKind.GitHubActions }],
            Policy = _ => AuthorityInProcess.AllowPolicy(issuer),
            Configure = builder => builder.Services.AddHttpClient("exchange").ConfigurePrimaryHttpMessageHandler((handler, _) =>
            {
                var chain = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                chain.CustomTrustStore.Add(root);
                ((SocketsHttpHandler)handler).SslOptions.CertificateChainPolicy = chain;
            }),
        });
        using var signer = new TestSigner(authority.Client);
        using var answer = await signer.ExchangeAsync(issuer);
        if (believed)
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return;
        }

        _ = await answer.FulcioErrorAsync(HttpStatusCode.ServiceUnavailable, 14, "KEY_SET_UNAVAILABLE");
        Assert.Equal(0, authority.CertificatesIssued());
        Assert.Equal(0, issuer.DiscoveryRequests);
        await authority.StopAsync();
        await authority.StartAgainAsync();
        Assert.Equal(1, Assert.Single(await authority.AuditAsync()).Counts!["KEY_SET_UNAVAILABLE"]);
    }

    /// <summary>T-14: a day long the cached keys serve, /readyz says degraded, and then nobody is let in.</summary>
    [Fact]
    public async Task T14_while_the_issuer_is_down_the_cached_keys_serve_for_a_day_and_readiness_says_so()
    {
        _ = await _authority.GrantedAsync();
        Issuer.DiscoveryFault = IssuerFault.Abort;
        for (var hour = 0; hour < 23; hour++)
        {
            _authority.Time.Advance(TimeSpan.FromHours(1));
            _ = await _authority.GrantedAsync();
        }

        Assert.Equal("degraded", await KeySetStateAsync());
        Assert.Equal("degraded", await _authority.ReadyAsync("status"));
        _authority.Time.Advance(TimeSpan.FromHours(2));
        await _authority.CountedAsync("KEY_SET_UNAVAILABLE", () => _authority.ExchangeAsync(Issuer.IssueToken()), HttpStatusCode.ServiceUnavailable, 14);
        Assert.Equal("unavailable", await KeySetStateAsync());
    }

    /// <summary>T-15: while both keys are published, tokens of either are good, whichever the authority saw first.</summary>
    [Fact]
    public async Task T15_during_a_rotation_both_keys_are_good()
    {
        var old = Issuer.Key;
        _ = await _authority.GrantedAsync();
        _authority.Time.Advance(TimeSpan.FromMinutes(1));
        Issuer.Rotate();
        _ = await _authority.GrantedAsync();
        _ = await _authority.GrantedAsync(Issuer.IssueToken(key: old));

        // The other way round: the new key was published ahead, the old one still signs.
        Issuer.Rotate();
        _authority.Time.Advance(TimeSpan.FromMinutes(10));
        _ = await _authority.GrantedAsync(Issuer.IssueToken(key: old));
        _ = await _authority.GrantedAsync();
    }

    /// <summary>T-16: a key that its issuer took back is good for the refresh time and not longer.</summary>
    [Fact]
    public async Task T16_a_withdrawn_key_is_refused_from_the_refresh_on()
    {
        var stolen = Issuer.Key;
        _ = await _authority.GrantedAsync();
        Issuer.Rotate(withdrawOld: true);
        _authority.Time.Advance(TimeSpan.FromMinutes(10));
        await _authority.CountedAsync("UNKNOWN_KEY", Issuer.IssueToken(key: stolen));
        _ = await _authority.GrantedAsync();
    }

    private async Task<string> KeySetStateAsync()
    {
        using var ready = await _authority.Authority.Client.GetAsync("/readyz", TestContext.Current.CancellationToken);
        var state = JsonNode.Parse(await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        return (string)state["keySets"]![Issuer.Url]!;
    }

    private void Mend()
    {
        Issuer.KeySetFault = IssuerFault.None;
        Issuer.KeySet = _ => { };
    }

    private void Spoil(string answer, PipelineIssuer elsewhere)
    {
        Issuer.Elsewhere = elsewhere.Url;
        Issuer.KeySetFault = answer switch
        {
            "redirect" => IssuerFault.Redirect,
            "10 MB" => IssuerFault.Huge,
            "10 MB in chunks" => IssuerFault.HugeChunked,
            "one member twice" => IssuerFault.DuplicateMember,
            "a web page" => IssuerFault.Html,
            "half an answer" => IssuerFault.Half,
            "503" => IssuerFault.ServerError,
            "connection cut" => IssuerFault.Abort,
            _ => IssuerFault.None,
        };
        Issuer.KeySet = set =>
        {
            var more = answer switch { "10,000 keys" => 10_000, "101 keys" => 100, _ => 0 };
            for (var i = 0; i < more; i++)
            {
                set["keys"]!.AsArray().Add(new JsonObject { ["kty"] = "EC", ["kid"] = $"k{i}", ["x"] = "xxxxxxxxxx" });
            }

            if (answer == "one kid twice")
            {
                set["keys"]!.AsArray().Add(Issuer.Key.Forger().ToJwk());
            }
        };
    }
}
