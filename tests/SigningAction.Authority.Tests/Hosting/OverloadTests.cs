using System.Net;
using System.Net.Sockets;
using System.Text;
using SigningAction.Authority.Hosting;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>A server that has more to do than it takes.</summary>
public sealed class OverloadTests
{
    private const string Greedy = "127.0.0.1";
    private const string Polite = "127.0.0.2";

    private static readonly LimitOptions Small = new() { RequestsPerSecond = 1_000_000, Burst = 1_000_000, InFlight = 16 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_over_is_told_to_come_back_and_what_was_let_in_is_served()
    {
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Limits = Small });
        var held = await HoldAsync(authority, Greedy, Small.InFlight / 2);
        HttpResponseMessage answer;
        do
        {
            answer = await authority.Client.GetAsync("/api/v2/checkpoint", Cancellation);
        }
        while (answer.StatusCode == HttpStatusCode.OK);

        await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "BUSY");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await authority.Client.GetAsync("/readyz", Cancellation)).StatusCode);

        foreach (var request in held)
        {
            // It was let in, so its body is read, and says nothing.
            Assert.StartsWith("HTTP/1.1 400 ", await FinishAsync(request), StringComparison.Ordinal);
        }

        do
        {
            answer = await authority.Client.GetAsync("/api/v2/checkpoint", Cancellation);
        }
        while (answer.StatusCode == HttpStatusCode.ServiceUnavailable);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task One_address_gets_half_and_leaves_room_for_another()
    {
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Limits = Small });
        var held = await HoldAsync(authority, Greedy, Small.InFlight);
        while ((await authority.Client.GetAsync("/api/v2/checkpoint", Cancellation)).StatusCode == HttpStatusCode.OK)
        {
        }

        var polite = await HoldAsync(authority, Polite, 1);
        Assert.StartsWith("HTTP/1.1 400 ", await FinishAsync(polite[0]), StringComparison.Ordinal);
        held.ForEach(request => request.Dispose());
    }

    /// <summary>Requests from an address of loopback that are let in, and not complete yet.</summary>
    private static async Task<List<Socket>> HoldAsync(AuthorityInProcess authority, string from, int count)
    {
        var held = new List<Socket>();
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, new Uri(authority.Url).Port), Cancellation);
            await socket.SendAsync(
                Encoding.ASCII.GetBytes("POST /api/v2/log/entries HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{"), Cancellation);
            held.Add(socket);
        }

        return held;
    }

    private static async Task<string> FinishAsync(Socket request)
    {
        await request.SendAsync("}"u8.ToArray(), Cancellation);
        var buffer = new byte[4096];
        var read = await request.ReceiveAsync(buffer, Cancellation);
        request.Dispose();
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
