using System.Net;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>Which log a request is for: the host name says it, as far as it is one of ours, and nothing else does.</summary>
public sealed class ShardRoutingTests : IAsyncLifetime
{
    private const string Entries = "/api/v2/log/entries";

    private AuthorityInProcess _authority = null!;

    public async ValueTask InitializeAsync() => _authority = await AuthorityInProcess.StartAsync();

    public ValueTask DisposeAsync() => _authority.DisposeAsync();

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("127.0.0.1.")]
    [InlineData("[::1]")]
    [InlineData("localhost.evil.example")]
    public async Task With_several_logs_a_host_name_that_is_not_configured_reaches_none(string host)
    {
        foreach (var (method, path) in new[] { ("POST", Entries), ("GET", "/api/v2/checkpoint"), ("GET", "/api/v2/tile/0/000"), ("GET", "/ct/checkpoint") })
        {
            Assert.NotEqual(HttpStatusCode.MisdirectedRequest, (await SendAsync(method, path, host)).StatusCode);
        }

        await _authority.AddShardAsync();
        foreach (var (method, path) in new[] { ("POST", Entries), ("GET", "/api/v2/checkpoint"), ("GET", "/api/v2/tile/0/000"), ("GET", "/ct/checkpoint") })
        {
            await (await SendAsync(method, path, host)).ProblemAsync(HttpStatusCode.MisdirectedRequest, "UNKNOWN_HOST");
        }

        // What is not a log's has no need of a name.
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/healthz", host)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/trusted_root.json", host)).StatusCode);
    }

    [Theory]
    [InlineData("localhost", "localhost")]
    [InlineData("LocalHost", "localhost")]
    [InlineData("localhost:1", "localhost")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.1:443", "127.0.0.1")]
    public async Task A_host_name_reaches_its_log_in_any_case_and_with_any_port(string host, string origin)
    {
        await _authority.AddShardAsync();
        var answer = await SendAsync("GET", "/api/v2/checkpoint", host);
        Assert.StartsWith(origin + "\n0\n", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forwarded_host_is_nobodys_word()
    {
        await _authority.AddShardAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v2/checkpoint");
        request.Headers.Add("X-Forwarded-Host", "localhost");
        var answer = await _authority.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.StartsWith("127.0.0.1\n", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_certificate_log_stays_under_its_own_name()
    {
        await _authority.AddShardAsync();
        var checkpoint = await _authority.Client.GetStringAsync("/ct/checkpoint", TestContext.Current.CancellationToken);
        Assert.StartsWith("127.0.0.1/ct\n", checkpoint, StringComparison.Ordinal);
        await (await _authority.OtherClient.GetAsync(new Uri("/ct/checkpoint", UriKind.Relative), TestContext.Current.CancellationToken)).ProblemAsync(HttpStatusCode.NotFound, "NO_ROUTE");
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string host)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Host = host;
        return await _authority.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
