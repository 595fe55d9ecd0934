using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Signing;

/// <summary>How many of the services that a signing config lists are asked, and who stands in for one that is down: ANY, EXACT and ALL.</summary>
public sealed class ServiceSelectionTests : IDisposable
{
    private readonly UnhurriedTime _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly SmallSigstore _sigstore;
    private readonly HashSet<string> _down = new(StringComparer.Ordinal);
    private readonly Hosts _network;
    private readonly TestPlace _place;

    public ServiceSelectionTests()
    {
        _sigstore = new SmallSigstore(_time) { Token = () => TestTokens.Create(_time.GetUtcNow().AddMinutes(5)) };
        _network = new Hosts(_sigstore, _down);
        _place = new TestPlace { Network = _network, Time = _time }.AsGitHubJob(SmallSigstore.TokenUrl);
        _place.Write("app.zip", "app");
    }

    [Fact]
    public async Task Where_any_log_will_do_the_second_stands_in_for_the_first_and_there_is_one_entry()
    {
        Serve("rekorTlog", "ANY", null, "log1", "log2");
        _down.Add("log1.test");
        Assert.Single((await SignedAsync()).LogEntries);
        Assert.Equal(1, _sigstore.Logged);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("tsa2.test", 2)]
    [InlineData("tsa1.test tsa2.test", 0)]
    public async Task Where_two_timestamp_authorities_are_wanted_a_third_stands_in_and_no_more_are_asked(string down, int stamps)
    {
        Serve("tsa", "EXACT", 2, "tsa1", "tsa2", "tsa3");
        _down.UnionWith(down.Split(' '));
        if (stamps == 0)
        {
            await FailedAsync();
            return;
        }

        Assert.Equal(stamps, (await SignedAsync()).Timestamps.Count);
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("tsa3.test", 0)]
    public async Task Where_all_are_wanted_nobody_stands_in(string down, int stamps)
    {
        Serve("tsa", "ALL", null, "tsa1", "tsa2", "tsa3");
        _down.UnionWith(down.Split(' '));
        if (stamps == 0)
        {
            await FailedAsync();
            return;
        }

        Assert.Equal(stamps, (await SignedAsync()).Timestamps.Count);
    }

    public void Dispose()
    {
        _place.Dispose();
        _network.Dispose();
        _sigstore.Dispose();
    }

    /// <summary>The instance under several host names, of an operator each.</summary>
    private void Serve(string kind, string selector, int? count, params string[] hosts)
    {
        var config = JsonNode.Parse(_sigstore.Config.ToJson())!;
        var services = config[$"{kind}Urls"]!.AsArray();
        var pattern = services[0]!;
        services.Clear();
        foreach (var host in hosts)
        {
            var service = pattern.DeepClone();
            service["url"] = service["url"]!.GetValue<string>().Replace("sign.test", $"{host}.test", StringComparison.Ordinal);
            service["operator"] = host;
            services.Add(service);
        }

        config[$"{kind}Config"] = count is null ? new JsonObject { ["selector"] = selector } : new JsonObject { ["selector"] = selector, ["count"] = count };
        _sigstore.ServedConfig = SigningConfig.Parse(Encoding.UTF8.GetBytes(config.ToJsonString()));
    }

    private async Task<Bundle> SignedAsync()
    {
        var code = await RunAsync();
        Assert.True(code == AgentFaults.Success, _place.Printed);
        return Bundle.Parse(File.ReadAllBytes(_place.PathOf("app.zip.sigstore.json")));
    }

    private async Task FailedAsync()
    {
        Assert.Equal(AgentFaults.CouldNot, await RunAsync());
        Assert.Contains("SERVICE_UNAVAILABLE", _place.Printed, StringComparison.Ordinal);
        Assert.Equal(0, _sigstore.Logged);
        Assert.False(File.Exists(_place.PathOf("app.zip.sigstore.json")));
    }

    private Task<int> RunAsync() =>
        _time.RunAsync(SigningAgent.RunAsync(["sign", "app.zip", "--authority", SmallSigstore.Url, "--wait", "30s"], _place.Environment, TestContext.Current.CancellationToken));

    /// <summary>One instance behind every host that is up.</summary>
    private sealed class Hosts(HttpMessageHandler service, HashSet<string> down) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _service = new(service, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => down.Contains(request.RequestUri!.Host)
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable))
            : _service.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _service.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
