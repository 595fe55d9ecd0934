using System.Net;
using SigningAction.Agent.Services;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Encoding;
using static SigningAction.Agent.Tests.Fakes.ScriptedNetwork;

namespace SigningAction.Agent.Tests.Services;

public class ServiceClientTests
{
    private readonly UnhurriedTime _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.GatewayTimeout)]
    public async Task A_service_that_cannot_now_is_asked_again_with_the_same_bytes(HttpStatusCode status)
    {
        using var network = new ScriptedNetwork(Answer(status), Broken(), Answer(HttpStatusCode.OK, "{}"));
        var answer = await SendAsync(network);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(3, network.Requests.Count);
        Assert.All(network.Requests, r => Assert.Equal("body"u8.ToArray(), r.Body));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.Conflict)]
    [InlineData(HttpStatusCode.NotImplemented)]
    public async Task A_decision_is_not_asked_for_twice(HttpStatusCode status)
    {
        using var network = new ScriptedNetwork(Answer(status));
        Assert.Equal(status, (await SendAsync(network)).Status);
        Assert.Single(network.Requests);
    }

    [Fact]
    public async Task A_service_that_stays_down_ends_within_the_budget_and_is_named()
    {
        using var network = new ScriptedNetwork(Broken());
        var start = _time.GetUtcNow();
        var failed = await Assert.ThrowsAsync<AgentException>(() => SendAsync(network));
        Assert.Equal(AgentFault.ServiceUnavailable, failed.Fault);
        Assert.Equal(AgentFaults.CouldNot, AgentFaults.ExitCode(failed.Fault));
        Assert.StartsWith("The test service (https://sign.example) is down: no connection, tried for up to 600 s.", failed.Message, StringComparison.Ordinal);
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromSeconds(580), TimeSpan.FromSeconds(601));
        Assert.InRange(network.Requests.Count, 60, 130);
    }

    [Fact]
    public async Task A_service_that_is_down_is_told_at_once_and_then_every_half_a_minute()
    {
        using var network = new ScriptedNetwork(Broken());
        using var http = ServiceHttp.CreateClient(network);
        var told = new List<string>();
        var client = new ServiceClient(http, _time, TimeSpan.FromMinutes(10)) { Trouble = new TroubleNotice(_time, told.Add) };
        await Assert.ThrowsAsync<AgentException>(() => _time.RunAsync(client.SendAsync(Request(), TestContext.Current.CancellationToken)));
        Assert.Equal("The test service (https://sign.example) is down: no connection; trying again for up to 600 s (--wait).", told[0]);
        Assert.InRange(told.Count, 15, 21);
    }

    [Fact]
    public async Task A_wait_that_the_service_asks_for_is_kept()
    {
        using var network = new ScriptedNetwork(
            _ => Busy(r => r.Headers.RetryAfter = new(TimeSpan.FromSeconds(30))), Answer(HttpStatusCode.OK, "{}"));
        var start = _time.GetUtcNow();
        await SendAsync(network);
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(32));
    }

    [Fact]
    public async Task A_wait_until_a_date_is_kept()
    {
        using var network = new ScriptedNetwork(
            _ => Busy(r => r.Headers.RetryAfter = new(_time.GetUtcNow().AddSeconds(20))), Answer(HttpStatusCode.OK, "{}"));
        var start = _time.GetUtcNow();
        await SendAsync(network);
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(22));
    }

    [Fact]
    public async Task A_wait_beyond_the_budget_is_not_begun()
    {
        using var network = new ScriptedNetwork(_ => Busy(r => r.Headers.RetryAfter = new(TimeSpan.FromSeconds(1_000_000_000))));
        var start = _time.GetUtcNow();
        Assert.Equal(AgentFault.ServiceUnavailable, (await Assert.ThrowsAsync<AgentException>(() => SendAsync(network))).Fault);
        Assert.True(_time.GetUtcNow() - start < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task An_answer_over_the_cap_is_not_read_to_its_end()
    {
        using var network = new ScriptedNetwork(Answer(HttpStatusCode.OK, new string('x', Limits.ResponseBytes + 1)));
        Assert.Equal(AgentFault.NotTheService, (await Assert.ThrowsAsync<AgentException>(() => SendAsync(network))).Fault);
    }

    [Fact]
    public async Task A_web_page_is_not_the_authority()
    {
        using var network = new ScriptedNetwork(Answer(HttpStatusCode.OK, "<!doctype html><title>Log in</title>", "text/html"));
        await RefusedAsync(network, AgentFault.NotTheService, "web page");
    }

    [Fact]
    public async Task A_web_page_that_calls_itself_JSON_is_not_the_authority_either()
    {
        using var network = new ScriptedNetwork(Answer(HttpStatusCode.OK, "\n <html>"));
        await RefusedAsync(network, AgentFault.NotTheService, "web page");
    }

    [Theory]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.PermanentRedirect)]
    public async Task A_redirect_is_not_followed(HttpStatusCode status)
    {
        using var network = new ScriptedNetwork(Answer(status));
        await RefusedAsync(network, AgentFault.NotTheService, "sends on to another address");
        Assert.Single(network.Requests);
    }

    [Fact]
    public async Task A_refusal_by_policy_carries_the_authoritys_words_apart_from_ours()
    {
        using var network = new ScriptedNetwork(Answer(HttpStatusCode.BadRequest, """{"code":3,"message":"No rule allows event 'pull_request'.","details":[]}"""));
        var refused = await RefusedAsync(network, AgentFault.RefusedByService, "refused the request (HTTP 400)");
        Assert.Equal("No rule allows event 'pull_request'.", refused.ServerText);
        Assert.Equal(AgentFaults.Refused, AgentFaults.ExitCode(refused.Fault));
    }

    [Fact]
    public async Task Problem_details_give_detail_remedy_and_correlation_id()
    {
        using var network = new ScriptedNetwork(Answer(
            HttpStatusCode.Forbidden,
            """{"title":"Refused","detail":"Too big.","code":"TOO_BIG","remedy":"Send less.","correlationId":"abc-1"}""",
            "application/problem+json"));
        var refused = await RefusedAsync(network, AgentFault.RefusedByService, "HTTP 403");
        Assert.Equal("Too big. Send less. (correlation id abc-1)", refused.ServerText);
    }

    [Fact]
    public async Task The_words_of_a_server_are_cut_at_a_length_that_a_log_can_bear()
    {
        using var network = new ScriptedNetwork(Answer(HttpStatusCode.BadRequest, $$"""{"message":"{{new string('x', 100_000)}}"}"""));
        var refused = await RefusedAsync(network, AgentFault.RefusedByService, "HTTP 400");
        Assert.InRange(refused.ServerText!.Length, 1000, 2100);
    }

    [Fact]
    public async Task A_run_that_is_stopped_does_not_wait_on()
    {
        using var network = new ScriptedNetwork(Broken());
        using var stop = new CancellationTokenSource();
        using var http = ServiceHttp.CreateClient(network);
        var sending = new ServiceClient(http, _time, WaitBudget.Default).SendAsync(Request(), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private async Task<AgentException> RefusedAsync(ScriptedNetwork network, AgentFault fault, string words)
    {
        var answer = await SendAsync(network);
        var refused = Assert.Throws<AgentException>(() => answer.RequireSuccess());
        Assert.Equal(fault, refused.Fault);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        return refused;
    }

    private async Task<ServiceAnswer> SendAsync(ScriptedNetwork network)
    {
        using var http = ServiceHttp.CreateClient(network);
        return await _time.RunAsync(new ServiceClient(http, _time, WaitBudget.Default).SendAsync(Request(), TestContext.Current.CancellationToken));
    }

    private static HttpResponseMessage Busy(Action<HttpResponseMessage> with)
    {
        var response = Answer(HttpStatusCode.ServiceUnavailable)(new HttpRequestMessage());
        with(response);
        return response;
    }

    private static ServiceRequest Request() => new()
    {
        Service = "the test service",
        Method = HttpMethod.Post,
        Address = new Uri("https://sign.example/api"),
        Body = "body"u8.ToArray(),
        ContentType = "application/json",
        Accept = "application/json",
    };
}
