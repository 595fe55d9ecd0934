using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Tests.Documents;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Authority.Wire;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Telemetry;

/// <summary>What an authority tells a collector: what its administrators look for, and nothing that a caller can choose (L-28).</summary>
[Collection(TelemetryAlone.Name)]
public sealed class TelemetryTests
{
    private const string Hostile = "hostile-";

    private static readonly string[] Expected =
    [
        "signing.exchanges", "signing.entries", "signing.timestamps", "signing.ledger.appends", "signing.ledger.batch.size", "signing.ledger.commit.duration", "signing.ledger.queue.depth",
        "signing.ledger.ready", "signing.log.size", "signing.keyset.fetches", "signing.keyset.age", "signing.keyset.failing", "signing.clock.condition", "signing.policy.broken",
        "signing.certificate.remaining", "signing.disk.free", "http.server.request.duration",
    ];

    [Fact]
    public async Task A_collector_gets_metrics_and_the_trace_of_an_exchange_and_no_secret()
    {
        await using var collector = await Collector.StartAsync();
        await using var authority = await StartAsync(collector);
        using var signer = new TestSigner(authority.Client);
        _ = await signer.SignAsync(authority.Issuer, [1]);
        var token = authority.Issuer.IssueToken();
        using var broken = await ExchangeAsync(authority, token + "x");
        foreach (var name in Expected)
        {
            await collector.CameAsync("metrics", name);
        }

        await collector.CameAsync("metrics", "allowed");
        await collector.CameAsync("metrics", "refused");
        foreach (var name in new[] { "exchange", "token", "policy", "certificate", "possession", "signing.correlation_id" })
        {
            await collector.CameAsync("traces", name);
        }

        var all = string.Join('\n', collector.Texts("metrics").Concat(collector.Texts("traces")));
        Assert.All(token.Split('.'), part => Assert.DoesNotContain(part, all, StringComparison.Ordinal));
        Assert.DoesNotContain(authority.Issuer.Run.Repository, all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task L_28_no_caller_makes_a_new_label()
    {
        await using var collector = await Collector.StartAsync();
        await using var authority = await StartAsync(collector);
        for (var i = 0; i < 50; i++)
        {
            var name = $"{Hostile}{i}";
            using var path = await authority.Client.GetAsync(new Uri($"/{name}/{name}?{name}={name}", UriKind.Relative));
            using var tile = await authority.Client.GetAsync(new Uri($"/api/v2/tile/{name}", UriKind.Relative));
            using var method = new HttpRequestMessage(new HttpMethod(name), "/healthz");
            method.Headers.Host = $"{name}.example";
            method.Headers.Add("traceparent", "00-11112222333344445555666677778888-1111222233334444-01");
            method.Headers.Add("tracestate", $"{name}=1");
            using var methodAnswer = await authority.Client.SendAsync(method);
            using var issuer = await ExchangeAsync(authority, authority.Issuer.IssueToken(claims => claims["iss"] = $"https://{name}.example"));
            using var repository = await ExchangeAsync(authority, authority.Issuer.IssueToken(claims => (claims["repository"], claims["repository_id"]) = ($"octo/{name}", $"99{i}")));
            Assert.Equal(HttpStatusCode.NotFound, path.StatusCode);
            Assert.Equal(HttpStatusCode.BadRequest, issuer.StatusCode);
        }

        await collector.CameAsync("metrics", "UNKNOWN_ISSUER");
        await collector.CameAsync("metrics", "_OTHER");
        await collector.CameAsync("traces", "exchange");
        await authority.StopAsync();
        var all = collector.Texts("metrics").Concat(collector.Texts("traces")).ToList();
        Assert.DoesNotContain(all, text => text.Contains(Hostile, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(collector.Texts("traces"), text => text.Contains("tracestate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_refused_because_too_much_is_in_flight_is_counted_as_overload()
    {
        await using var collector = await Collector.StartAsync();
        await using var authority = await StartAsync(collector, new LimitOptions { RequestsPerSecond = 1_000_000, Burst = 1_000_000, InFlight = 16 });
        var held = await OverloadTests.HoldAsync(authority, OverloadTests.Greedy, 8);
        using var refused = await ExchangeAsync(authority, "none");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await collector.CameAsync("metrics", "signing.overload");
        await collector.CameAsync("metrics", "flight");
        held.ForEach(request => request.Dispose());
    }

    [Theory]
    [InlineData(null, false, false)]
    [InlineData(EnvironmentVariables.TelemetryEndpoint, true, true)]
    [InlineData(EnvironmentVariables.MetricsEndpoint, true, false)]
    [InlineData(EnvironmentVariables.TracesEndpoint, false, true)]
    public void Only_what_has_an_endpoint_is_exported(string? variable, bool metrics, bool traces)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(variable is null ? [] : [KeyValuePair.Create(variable, (string?)"http://127.0.0.1:1")]);
        builder.AddTelemetryExport();
        Assert.Equal(metrics, builder.Services.Any(service => service.ServiceType.Name == "MeterProvider"));
        Assert.Equal(traces, builder.Services.Any(service => service.ServiceType.Name == "TracerProvider"));
    }

    [Fact]
    public void Every_reason_that_a_service_gives_is_a_label_and_nothing_else_is()
    {
        // What stands in the sources beside a refusal: a reason that is not listed would be counted as "other".
        var reasons = Directory.EnumerateFiles(GeneratedDocument.PathOf(), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .SelectMany(Codes)
            .Append(OverloadCodes.Busy)
            .Append(OverloadCodes.TooMany)
            .Append(KeyUnavailableException.Code)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        Assert.Contains("LEDGER_UNAVAILABLE", reasons);
        Assert.All(reasons, reason => Assert.True(ReasonLabels.Known.Contains(reason), reason));
        Assert.Equal(ReasonLabels.Other, ReasonLabels.Of(Hostile));
        Assert.Equal(ReasonLabels.None, ReasonLabels.Of(null));
    }

    /// <summary>The code of each refusal that is made: the first text in capitals behind it, where it is not one of an enumeration.</summary>
    private static IEnumerable<string> Codes(string source) => source.Split("new RequestRefusedException(").Skip(1)
        .Select(made => made.Split(';')[0].Split('"').Where((_, i) => i % 2 == 1).FirstOrDefault(text => text.Length > 2 && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_')))
        .OfType<string>();

    [Fact]
    public async Task Where_metrics_go_is_one_line_at_the_start_and_that_nobody_is_there_one_warning()
    {
        using var log = new LogLines();
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions
        {
            Log = log,
            Configure = builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                // Port 1: nobody listens there.
                [EnvironmentVariables.TelemetryEndpoint] = "http://user:secret@127.0.0.1:1",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
            }),
        });
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        while (!log.Lines.Any(line => line.Contains("could not be sent", StringComparison.Ordinal)))
        {
            await Task.Delay(50, deadline.Token);
        }

        Assert.Single(log.Lines, line => line.Contains("could not be sent", StringComparison.Ordinal));
        Assert.Single(log.Lines, line => line.Contains("Metrics are sent to http://127.0.0.1:1, traces to http://127.0.0.1:1", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("127.0.0.1:4317")]
    [InlineData("ftp://127.0.0.1")]
    public async Task An_endpoint_that_is_no_URL_stops_the_start(string endpoint)
    {
        var refused = await Assert.ThrowsAsync<ConfigurationRefusedException>(() => AuthorityInProcess.StartAsync(new AuthorityInProcessOptions
        {
            Configure = builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { [EnvironmentVariables.MetricsEndpoint] = endpoint }),
        }));
        Assert.StartsWith("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is set and is no URL", refused.Message, StringComparison.Ordinal);
    }

    private static Task<AuthorityInProcess> StartAsync(Collector collector, LimitOptions? limits = null) => AuthorityInProcess.StartAsync(new AuthorityInProcessOptions
    {
        Limits = limits ?? new LimitOptions { RequestsPerSecond = 1_000_000, Burst = 1_000_000 },
        Configure = builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [EnvironmentVariables.TelemetryEndpoint] = collector.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        }),
    });

    private static Task<HttpResponseMessage> ExchangeAsync(AuthorityInProcess authority, string token) => authority.Client.PostAsJsonAsync(
        "/api/v2/signingCert",
        new JsonObject { ["credentials"] = new JsonObject { ["oidcIdentityToken"] = token }, ["publicKeyRequest"] = new JsonObject { ["publicKey"] = new JsonObject { ["content"] = "none" }, ["proofOfPossession"] = "AA==" } });
}
