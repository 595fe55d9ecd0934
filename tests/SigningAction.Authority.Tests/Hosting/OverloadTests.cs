using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Bundles;
using SigningAction.Authority.Hosting;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>A server that has more to do than it takes.</summary>
public sealed class OverloadTests
{
    internal const string Greedy = "127.0.0.1";
    private const string Polite = "127.0.0.2";

    /// <summary>The largest body of a log entry.</summary>
    private const int LargeBody = Limits.EntryRequestBodyBytes;

    private static readonly LimitOptions Small = new() { RequestsPerSecond = 1_000_000, Burst = 1_000_000, InFlight = 16 };

    /// <summary>Its time stands still unless a test moves it, so no held body is ever too slow.</summary>
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_over_is_told_to_come_back_and_what_was_let_in_is_served()
    {
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Limits = Small, Time = _time });
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
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Limits = Small, Time = _time });
        var held = await HoldAsync(authority, Greedy, Small.InFlight / 2);
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

    [Fact]
    public async Task A_body_that_does_not_come_in_time_is_refused_and_gives_up_its_place()
    {
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Limits = Small, Time = _time });
        var held = await HoldAsync(authority, Greedy, Small.InFlight / 2);
        var answers = held.Select(AnswerAsync).ToList();
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(10));
                return answers.TrueForAll(answer => answer.IsCompleted);
            },
            () => "A body is waited for without end.");
        foreach (var answer in answers)
        {
            Assert.StartsWith("HTTP/1.1 408 ", await answer, StringComparison.Ordinal);
            Assert.Contains("BODY_TOO_SLOW", await answer, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await authority.Client.GetAsync("/api/v2/checkpoint", Cancellation)).StatusCode);
        held.ForEach(request => request.Dispose());
    }

    [Fact]
    public async Task Bodies_that_are_not_finished_hold_so_much_memory_of_one_address_and_leave_room_for_another()
    {
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions
        {
            Time = _time,
            Limits = new LimitOptions { RequestsPerSecond = 1_000_000, Burst = 1_000_000, MemoryMegabytes = 64 },
        });
        var greedy = await HoldBodiesAsync(authority, Greedy, 12, LargeBody);
        Assert.StartsWith("HTTP/1.1 503 ", await await Task.WhenAny(greedy.Select(AnswerAsync)).WaitAsync(TimeSpan.FromMinutes(2), Cancellation), StringComparison.Ordinal);

        // What is small is served all the same, and the other address has its own half.
        Assert.Equal(HttpStatusCode.OK, (await authority.Client.GetAsync("/api/v2/checkpoint", Cancellation)).StatusCode);
        var polite = await HoldBodiesAsync(authority, Polite, 1, LargeBody);
        Assert.StartsWith("HTTP/1.1 400 ", await FinishAsync(polite[0]), StringComparison.Ordinal);
        greedy.ForEach(request => request.Dispose());
    }

    [Fact]
    public void Who_reads_an_answer_byte_by_byte_loses_the_connection()
    {
        var kestrel = new KestrelServerOptions();
        KestrelLimits.Apply(kestrel, new LimitOptions(), []);
        var rate = Assert.IsType<MinDataRate>(kestrel.Limits.MinResponseDataRate);
        Assert.InRange(BundleLimits.AnswerBytes / rate.BytesPerSecond, 1, 300);
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
        while (held.Count < count)
        {
            // The server asks for the body of what it let in. A request before this one may still count for a moment after its answer: then once more.
            var socket = await BeginAsync(authority, from, 2, "Expect: 100-continue\r\n");
            var said = new byte[4096];
            var read = await socket.ReceiveAsync(said, Cancellation);
            if (Encoding.ASCII.GetString(said, 0, read).StartsWith("HTTP/1.1 100 ", StringComparison.Ordinal))
            {
                await SendAsync(socket, "{"u8.ToArray());
                held.Add(socket);
            }
            else
            {
                socket.Dispose();
            }
        }

        return held;
    }

    /// <summary>Requests with a body of which the last byte is missing.</summary>
    private static async Task<List<Socket>> HoldBodiesAsync(AuthorityInProcess authority, string from, int count, int length)
    {
        var body = new byte[length - 1];
        Array.Fill(body, (byte)' ');
        body[0] = (byte)'{';
        var held = new List<Socket>();
        for (var i = 0; i < count; i++)
        {
            held.Add(await BeginAsync(authority, from, length));
            await SendAsync(held[^1], body);
        }

        return held;
    }

    private static async Task<Socket> BeginAsync(AuthorityInProcess authority, string from, int length, string more = "")
    {
        var socket = await ConnectAsync(authority, from);
        await SendAsync(
            socket, Encoding.ASCII.GetBytes($"POST /api/v2/log/entries HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{more}Content-Length: {length}\r\n\r\n"));
        return socket;
    }

    private static async Task SendAsync(Socket socket, byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), Cancellation);
        }
    }

    private static async Task<string> FinishAsync(Socket request)
    {
        await request.SendAsync("}"u8.ToArray(), Cancellation);
        var answer = await AnswerAsync(request);
        request.Dispose();
        return answer;
    }

    private static async Task<string> AnswerAsync(Socket request)
    {
        var buffer = new byte[4096];
        var read = await request.ReceiveAsync(buffer, Cancellation);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
