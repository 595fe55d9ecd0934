using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Storage;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>A server among callers: stopping, too many, and what it says of itself.</summary>
public sealed class RunningTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_in_flight_is_answered_when_it_stops_and_what_was_acknowledged_is_there_afterwards()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        using var signer = new TestSigner(authority.Client);
        var certificate = await TestSigner.ReadLeafAsync(await signer.ExchangeAsync(authority.Issuer));
        var requests = Enumerable.Range(0, 200).Select(i =>
        {
            var artifact = BitConverter.GetBytes(i);
            return signer.PostAsync("/api/v2/log/entries", TestSigner.Record(SHA256.HashData(artifact), signer.Sign(artifact), certificate));
        }).ToList();
        await Task.WhenAny(requests);
        await authority.StopAsync();

        // A request is answered, or its connection ended before it was taken: what was committed is counted below against what was answered.
        var created = 0;
        foreach (var request in requests)
        {
            try
            {
                var answer = await request;
                Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, answer.StatusCode.ToString());
                created += answer.StatusCode == HttpStatusCode.Created ? 1 : 0;
            }
            catch (HttpRequestException)
            {
                // Refused, or reset while it waited to be accepted. That none of these was taken is what the size of the log says below.
            }
        }

        Assert.True(created > 0);
        await authority.StartAgainAsync();
        Assert.Equal(created, authority.Host.Ledger.Reader(LogId.Signatures).Head.Size);
    }

    [Fact]
    public async Task A_second_authority_on_the_same_directory_does_not_start()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        await Assert.ThrowsAsync<StoreRefusedException>(
            () => AuthorityHost.StartAsync(authority.Directory, new AuthorityHostOptions { Listen = new ListenAddress(IPAddress.Loopback, 0) }, Cancellation));
        Assert.Equal(HttpStatusCode.OK, (await authority.Client.GetAsync("/healthz", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task One_address_that_asks_too_often_is_told_to_wait_and_health_is_not_counted()
    {
        await using var authority = await AuthorityInProcess.StartAsync(
            new AuthorityInProcessOptions { Limits = new LimitOptions { RequestsPerSecond = 1, Burst = 2 } });

        // All at once: asked one after the other, a slow machine would not be asking too often.
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => authority.Client.GetAsync("/api/v2/checkpoint", Cancellation)));
        var answer = answers.First(answer => answer.StatusCode != HttpStatusCode.OK);
        await answer.ProblemAsync(HttpStatusCode.TooManyRequests, "TOO_MANY_REQUESTS");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await authority.Client.GetAsync("/readyz", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("[]", false)]
    [InlineData("[\"192.0.2.99\"]", false)]
    [InlineData("[\"127.0.0.1\"]", true)]
    public async Task The_address_that_a_proxy_reports_counts_only_when_the_proxy_is_trusted(string proxies, bool counts)
    {
        await using var authority = await AuthorityInProcess.StartAsync(
            new AuthorityInProcessOptions { Limits = new LimitOptions { RequestsPerSecond = 1, Burst = 2 } });
        await authority.StopAsync();
        var text = await File.ReadAllTextAsync(authority.Paths.Configuration, Cancellation);
        await File.WriteAllTextAsync(
            authority.Paths.Configuration, text.Replace("\"trustedProxies\": []", $"\"trustedProxies\": {proxies}", StringComparison.Ordinal), Cancellation);
        await authority.StartAgainAsync();
        var answers = await Task.WhenAll(Enumerable.Range(1, 50).Select(i =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/api/v2/checkpoint");
            request.Headers.Add("X-Forwarded-For", $"198.51.100.{i}");
            return authority.Client.SendAsync(request, Cancellation);
        }));
        Assert.Equal(!counts, answers.Any(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    public void A_caller_is_an_IPv4_address_or_an_IPv6_network_of_64_bits(string one, string other, bool same) =>
        Assert.Equal(same, RateLimits.PartitionOf(IPAddress.Parse(one)) == RateLimits.PartitionOf(IPAddress.Parse(other)));

    [Fact]
    public async Task A_broken_policy_leaves_the_old_one_in_force_and_shows_in_readiness_without_its_text()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Time = time });
        using var signer = new TestSigner(authority.Client);
        Assert.Equal("ready", (string)(await ReadinessAsync(authority))["status"]!);

        await File.WriteAllTextAsync(authority.Paths.Policy, "version: 1\nsecretive: nonsense\n", Cancellation);
        time.Advance(PolicyStore.Interval);
        time.Advance(PolicyStore.Interval);
        var state = await ReadinessAsync(authority);
        Assert.Equal("degraded", (string)state["status"]!);
        Assert.DoesNotContain("secretive", state.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await signer.ExchangeAsync(authority.Issuer)).StatusCode);
    }

    [Fact]
    public async Task An_issuer_that_is_away_degrades_readiness()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        authority.Issuer.KeySetFault = IssuerFault.Abort;
        using var signer = new TestSigner(authority.Client);
        _ = await signer.ExchangeAsync(authority.Issuer);
        var state = await ReadinessAsync(authority);
        Assert.Equal("degraded", (string)state["status"]!);
        Assert.Equal("unavailable", (string)state["keySets"]![authority.Issuer.Url]!);
    }

    [Fact]
    public async Task A_fault_of_ours_is_one_sentence_outside_and_the_whole_of_it_in_the_log()
    {
        using var log = new LogLines();
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Log = log });

        // The key store fails under a running server.
        authority.Host.Material.TimestampKey.Dispose();
        using var content = new ByteArrayContent(Evidence.Timestamps.TimestampRequest.ForSignature("x"u8).Encode());
        content.Headers.ContentType = new("application/timestamp-query");
        var answer = await authority.Client.PostAsync("/api/v1/timestamp", content, Cancellation);
        var problem = await answer.ProblemAsync(HttpStatusCode.InternalServerError, "INTERNAL");
        Assert.DoesNotContain("Exception", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line.Contains(answer.Correlation(), StringComparison.Ordinal) && line.Contains("ObjectDisposedException", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/trusted_root.json", "trusted_root.json")]
    [InlineData("/signing_config.json", "signing_config.json")]
    [InlineData("/client_trust_config.json", "client_trust_config.json")]
    public async Task The_command_writes_the_files_that_the_server_serves(string route, string file)
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        var served = await authority.Client.GetByteArrayAsync(route, Cancellation);
        using var directory = new TemporaryDirectory();
        using var output = new StringWriter();
        Assert.Equal(0, await RunAsync(output, "trust", authority.Directory, "--out", directory.Path));
        Assert.Equal(served, await File.ReadAllBytesAsync(directory.File(file), Cancellation));
    }

    [Fact]
    public async Task The_commands_say_what_they_cannot_do_and_end_with_their_exit_codes()
    {
        using var directory = new TemporaryDirectory();
        using var output = new StringWriter();
        var path = directory.File("authority");
        Assert.Equal(ExitCodes.Done, await RunAsync(output, "init", path, "--url", "https://sign.example"));
        Assert.Contains("policy check", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Refused, await RunAsync(output, "init", path, "--url", "https://sign.example"));
        Assert.Equal(ExitCodes.Done, await RunAsync(output, "fsck", path));
        Assert.Equal(ExitCodes.Failed, await RunAsync(output, "fsck", directory.File("nothing")));
        Assert.Equal(ExitCodes.Usage, await RunAsync(output, "init", path));
        Assert.Equal(ExitCodes.Usage, await RunAsync(output, "serve", path, "--listen", "nonsense"));

        using var printed = new StringWriter();
        Assert.Equal(ExitCodes.Done, await SigningAuthority.RunAsync(["trust", path], printed, TextWriter.Null));
        var config = Evidence.Trust.ClientTrustConfig.Parse(Encoding.UTF8.GetBytes(printed.ToString().Trim()));
        var now = TimeProvider.System.GetUtcNow();
        Assert.Equal("https://sign.example", config.SigningConfig.SelectCertificateAuthority(now).Url);
        Assert.Equal("https://sign.example", Assert.Single(config.SigningConfig.SelectLogs([2], now)).Url);
        Assert.Equal("https://sign.example/api/v1/timestamp", Assert.Single(config.SigningConfig.SelectTimestampAuthorities(now)).Url);
        Assert.Equal("sign.example", Assert.Single(config.TrustedRoot.Logs).Origin);
    }

    private static async Task<JsonNode> ReadinessAsync(AuthorityInProcess authority) =>
        JsonNode.Parse(await (await authority.Client.GetAsync("/readyz", Cancellation)).Content.ReadAsStringAsync(Cancellation))!;

    private static Task<int> RunAsync(TextWriter output, params string[] args) => SigningAuthority.RunAsync(args, output, output);
}
