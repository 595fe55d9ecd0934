using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Services;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace SigningAction.Agent.Tests.Pipelines;

/// <summary>N-15: the runner's token service, as a stand-in that answers over real HTTP.</summary>
public sealed class TokenEndpointTests : IDisposable
{
    private readonly WireMockServer _runner = StandIn.Start();
    private readonly HttpClient _http = ServiceHttp.CreateClient();
    private readonly List<string> _masked = [];

    private TokenEndpoint Endpoint => new(
        new ServiceClient(_http, TimeProvider.System, WaitBudget.Default), $"{_runner.Url}/token?api-version=2.0", "bearer-of-the-job", TimeProvider.System);

    [Fact]
    public async Task A_token_is_asked_for_one_audience_with_the_bearer_of_the_job_and_masked()
    {
        var token = TestTokens.Create();
        _runner.Given(Request.Create().UsingGet().WithPath("/token")
                .WithParam("api-version", "2.0").WithParam("audience", "sig store&x=1").WithHeader("Authorization", "Bearer bearer-of-the-job"))
            .RespondWith(Json($$"""{"count":1,"value":"{{token}}"}"""));

        var got = await Endpoint.RequestAsync("sig store&x=1", _masked.Add, TestContext.Current.CancellationToken);
        Assert.Equal(token, got.Value);
        Assert.Equal([token], _masked);
    }

    [Fact]
    public async Task A_service_that_stumbles_is_asked_again()
    {
        _runner.Given(Request.Create().WithPath("/token")).InScenario("night").WillSetStateTo("day").RespondWith(Response.Create().WithStatusCode(503));
        _runner.Given(Request.Create().WithPath("/token")).InScenario("night").WhenStateIs("day").RespondWith(Json($$"""{"value":"{{TestTokens.Create()}}"}"""));
        await Endpoint.RequestAsync("sigstore", _masked.Add, TestContext.Current.CancellationToken);
        Assert.Equal(2, _runner.LogEntries.Count);
    }

    [Theory]
    [InlineData("""{"count":0}""", AgentFault.NoIdentity)]
    [InlineData("""{"value":""}""", AgentFault.NoIdentity)]
    [InlineData("""{"value":"garbage"}""", AgentFault.TokenMalformed)]
    [InlineData("""{"value":"a","value":"b"}""", AgentFault.NotTheService)]
    [InlineData("[]", AgentFault.NotTheService)]
    public async Task An_answer_without_a_usable_token_is_a_clear_refusal(string body, AgentFault fault)
    {
        _runner.Given(Request.Create().WithPath("/token")).RespondWith(Json(body));
        await RefusedAsync(fault);
    }

    [Fact]
    public async Task An_expired_token_is_asked_for_again_and_then_refused_with_the_hint()
    {
        var expired = TestTokens.Create(TimeProvider.System.GetUtcNow().AddMinutes(-1));
        _runner.Given(Request.Create().WithPath("/token")).RespondWith(Json($$"""{"value":"{{expired}}"}"""));
        var refused = await RefusedAsync(AgentFault.TokenExpired);
        Assert.Contains("id-token: write", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, _runner.LogEntries.Count);
    }

    [Fact]
    public async Task A_service_that_stays_down_is_named_with_the_hint()
    {
        // It says itself that it stays down for longer than anybody waits.
        _runner.Given(Request.Create().WithPath("/token")).RespondWith(Response.Create().WithStatusCode(500).WithHeader("Retry-After", "3600"));
        var refused = await RefusedAsync(AgentFault.ServiceUnavailable);
        Assert.Contains("HTTP 500", refused.Message, StringComparison.Ordinal);
        Assert.Contains("id-token: write", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bearer_is_not_sent_along_a_redirect()
    {
        using var elsewhere = StandIn.Start();
        _runner.Given(Request.Create().WithPath("/token")).RespondWith(Response.Create().WithStatusCode(307).WithHeader("Location", $"{elsewhere.Url}/steal"));
        await RefusedAsync(AgentFault.NotTheService);
        Assert.Empty(elsewhere.LogEntries);
    }

    public void Dispose()
    {
        _http.Dispose();
        _runner.Dispose();
    }

    private async Task<AgentException> RefusedAsync(AgentFault fault)
    {
        var refused = await Assert.ThrowsAsync<AgentException>(() => Endpoint.RequestAsync("sigstore", _masked.Add, TestContext.Current.CancellationToken));
        Assert.Equal(fault, refused.Fault);
        Assert.DoesNotContain(TestTokens.Canary, refused.Message, StringComparison.Ordinal);
        return refused;
    }

    private static IResponseBuilder Json(string body) => Response.Create().WithStatusCode(200).WithHeader("Content-Type", "application/json; charset=utf-8").WithBody(body);
}
