using System.Net;
using System.Net.Sockets;
using System.Text;
using SigningAction.Authority.Hosting;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>A server that has more to do than it takes.</summary>
public sealed class OverloadTests
{
    internal const string Greedy = "127.0.0.1";
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

    [Fact]
    public async Task One_address_has_half_of_the_connections_and_silence_shuts_nobody_out()
    {
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Limits = Small with { Connections = 20 } });
        var ended = 0;
        using var silence = new CancellationTokenSource();
        var silent = Enumerable.Range(0, 40).Select(async _ =>
        {
            try
            {
                using var socket = await ConnectAsync(authority, Greedy);
                _ = await socket.ReceiveAsync(new byte[1], silence.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Reset is an end, too; and those that he may have end with the test.
            }

            _ = Interlocked.Increment(ref ended);
        }).ToList();
        await Eventually.TrueAsync(() => Volatile.Read(ref ended) >= 30, () => $"{ended} of 40 connections were ended.");

        // While he keeps the ten that he may have.
        await Eventually.TrueAsync(() => AnswersAsync(authority, Polite), () => "Nobody else is served.");
        Assert.Equal(30, ended);
        await silence.CancelAsync();
        await Task.WhenAll(silent);
    }

    /// <summary>Whether a new connection is served; an ended one may still be counted for a moment.</summary>
    private static async Task<bool> AnswersAsync(AuthorityInProcess authority, string from)
    {
        try
        {
            using var socket = await ConnectAsync(authority, from);
            _ = await socket.SendAsync("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray(), Cancellation);
            var answer = new byte[16];
            var read = await socket.ReceiveAsync(answer, Cancellation);
            return Encoding.ASCII.GetString(answer, 0, read).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<Socket> ConnectAsync(AuthorityInProcess authority, string from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, new Uri(authority.Url).Port), Cancellation);
        return socket;
    }

    /// <summary>Requests from an address of loopback that are let in, and not complete yet.</summary>
    internal static async Task<List<Socket>> HoldAsync(AuthorityInProcess authority, string from, int count)
    {
        var held = new List<Socket>();
        for (var i = 0; i < count; i++)
        {
            var socket = await ConnectAsync(authority, from);
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
