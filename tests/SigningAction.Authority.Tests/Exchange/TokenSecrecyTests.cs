using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SigningAction.Authority.Exchange;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>Nothing that a stranger sends becomes anything but a reason: no other exception, and no line of text with the token in it.</summary>
public sealed class TokenSecrecyTests : IAsyncLifetime
{
    private static readonly Gen<JsonNode?> AnyJson = Gen.OneOf<JsonNode?>(
        Gen.String.Select(text => (JsonNode?)JsonValue.Create(text)),
        Gen.Long.Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Double.Where(double.IsFinite).Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Bool.Select(truth => (JsonNode?)JsonValue.Create(truth)),
        Gen.Const((JsonNode?)null),
        Gen.String.Array[0, 3].Select(list => (JsonNode?)new JsonArray([.. list.Select(text => JsonValue.Create(text))])),
        Gen.String.Select(text => (JsonNode?)new JsonObject { ["x"] = text }));

    private readonly ConcurrentQueue<string> _lines = new();
    private ExchangeHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ExchangeHost.StartAsync();
        _host.Log(_lines);
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task No_part_of_a_refused_token_is_in_its_exception_or_in_a_log()
    {
        var forger = _host.Issuer.Key.Forger();
        string[] tokens =
        [
            _host.Issuer.IssueToken(key: forger),
            _host.Issuer.IssueToken(audience: "other"),
            _host.Issuer.IssueToken(c => c["exp"] = 1),
            _host.Issuer.IssueToken(c => c["exp"] = 1e300),
            _host.Issuer.IssueToken(c => c["iss"] = "https://evil.example"),
            _host.Issuer.IssueToken(c => c["repository"] = 7),
            _host.Issuer.IssueToken(header: h => h["kid"] = "unknown"),
            _host.Issuer.IssueToken(header: h => h["crit"] = new JsonArray("x")),
        ];
        _host.Issuer.KeySetFault = IssuerFault.None;
        foreach (var token in tokens)
        {
            var said = (await _host.RefusalAsync(token)).ToString();
            Assert.All(token.Split('.'), part => Assert.DoesNotContain(part[..16], said, StringComparison.Ordinal));
            Assert.DoesNotContain("evil.example", said, StringComparison.Ordinal);
        }

        // Something was logged, so that the absence below means something.
        _host.Issuer.DiscoveryFault = IssuerFault.ServerError;
        _host.Time.Advance(TimeSpan.FromMinutes(10));
        _ = await _host.ValidateAsync(_host.Issuer.IssueToken());
        Assert.NotEmpty(_lines);
        Assert.All(_lines, line => Assert.DoesNotContain("eyJ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Any_claim_of_any_type_gives_a_token_or_a_reason()
    {
        var names = _host.Issuer.Claims().Select(claim => claim.Key).ToArray();
        await Gen.Select(Gen.OneOfConst(names), AnyJson).SampleAsync(
            async change => { _ = await Total(_host.Issuer.IssueToken(c => c[change.Item1] = change.Item2?.DeepClone())); }, iter: 1500, threads: 2);
    }

    [Fact]
    public async Task Any_header_and_any_bytes_give_a_token_or_a_reason()
    {
        await Gen.Select(Gen.OneOfConst("alg", "kid", "typ", "x5t", "crit", "x"), AnyJson).SampleAsync(
            async change => { _ = await Total(_host.Issuer.IssueToken(header: h => h[change.Item1] = change.Item2?.DeepClone())); }, iter: 500, threads: 2);
        await Gen.Byte.Array[0, 60].SampleAsync(async bytes => { _ = await Total(Encoding.Latin1.GetString(bytes)); }, iter: 1000, threads: 2);

        var genuine = _host.Issuer.IssueToken();
        await Gen.Select(Gen.Int[0, genuine.Length - 1], Gen.Char["ABCxyz019-_.= +/"]).SampleAsync(
            async change =>
            {
                var changed = genuine.Remove(change.Item1, 1).Insert(change.Item1, change.Item2.ToString());
                Assert.True(changed == genuine || !await Total(changed));
            },
            iter: 1000,
            threads: 2);
    }

    /// <summary>Whether it was accepted; anything but a refusal escapes and fails the test.</summary>
    private async Task<bool> Total(string token)
    {
        try
        {
            return await _host.ValidateAsync(token) is not null;
        }
        catch (TokenRefusedException)
        {
            return false;
        }
    }
}
