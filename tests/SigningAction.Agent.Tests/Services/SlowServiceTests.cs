using System.Collections.Concurrent;
using System.Net;
using SigningAction.Agent.Services;
using SigningAction.Agent.Tests.Fakes;

namespace SigningAction.Agent.Tests.Services;

/// <summary>N-05, N-06, N-10, N-12: services and networks that begin and do not end.</summary>
public class SlowServiceTests
{
    private readonly RecordedTime _time = new();

    [Theory]
    [InlineData(CutContent.Then.Hang)]
    [InlineData(CutContent.Then.Break)]
    public async Task An_answer_that_stops_in_the_middle_is_given_up_and_asked_for_again(CutContent.Then then)
    {
        _time.KeepsTheFirst = then == CutContent.Then.Hang;
        using var network = new ScriptedNetwork(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new CutContent("{\"a\":"u8.ToArray(), then) }, ScriptedNetwork.Answer(HttpStatusCode.OK, "{}"));
        var answer = await SendAsync(network, WaitBudget.Default);
        Assert.Equal("{}"u8.ToArray(), answer.Body.ToArray());
        Assert.Equal(2, network.Requests.Count);
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, "its host name does not resolve")]
    [InlineData(HttpRequestError.ProxyTunnelError, "the proxy refused the connection")]
    [InlineData(HttpRequestError.ConnectionError, "no connection")]
    public async Task What_is_in_the_way_is_said(HttpRequestError error, string words)
    {
        using var network = new ScriptedNetwork(_ => throw new HttpRequestException(error));
        var failed = await Assert.ThrowsAsync<AgentException>(() => SendAsync(network, TimeSpan.FromSeconds(1)));
        Assert.Equal(AgentFault.ServiceUnavailable, failed.Fault);
        Assert.Contains(words, failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(20, 20)]
    [InlineData(600, 30)]
    public async Task A_try_has_no_more_time_than_the_run_is_ready_to_wait_but_the_first_has_what_a_service_needs(int wait, int first)
    {
        using var network = new ScriptedNetwork(ScriptedNetwork.Broken());
        var failed = await Assert.ThrowsAsync<AgentException>(() => SendAsync(network, TimeSpan.FromSeconds(wait)));
        Assert.Equal(AgentFault.ServiceUnavailable, failed.Fault);
        Assert.Equal(TimeSpan.FromSeconds(first), _time.Timeouts.First());
        Assert.All(_time.Timeouts.Skip(1), timeout => Assert.True(timeout <= TimeSpan.FromSeconds(Math.Min(wait, first))));
    }

    private async Task<ServiceAnswer> SendAsync(ScriptedNetwork network, TimeSpan wait)
    {
        using var http = ServiceHttp.CreateClient(network);
        var request = new ServiceRequest { Service = "the test service", Method = HttpMethod.Get, Address = new Uri("https://sign.example/api"), Accept = "application/json" };
        return await _time.RunAsync(new ServiceClient(http, _time, wait).SendAsync(request, TestContext.Current.CancellationToken));
    }

    /// <summary>A clock that remembers the time-outs that it was asked for. They do not end, but for the first one where a test waits for just that.</summary>
    private sealed class RecordedTime() : UnhurriedTime(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero))
    {
        public ConcurrentQueue<TimeSpan> Timeouts { get; } = [];

        public bool KeepsTheFirst { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (state is not CancellationTokenSource)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            Timeouts.Enqueue(dueTime);
            return KeepsTheFirst && Timeouts.Count == 1
                ? base.CreateTimer(_ => callback(state), null, dueTime, period)
                : base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
