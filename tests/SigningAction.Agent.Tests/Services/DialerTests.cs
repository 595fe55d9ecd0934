using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Agent.Services;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Services;

/// <summary>N-10: names without addresses, addresses without hosts.</summary>
public sealed class DialerTests
{
    private static readonly IPAddress Broken = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress AlsoBroken = IPAddress.Parse("2001:db8::2");
    private static readonly IPAddress Good = IPAddress.Parse("192.0.2.1");
    private static readonly DnsEndPoint Host = new("sign.test", 443);

    private readonly FakeTimeProvider _time = new();
    private readonly List<IPAddress> _tried = [];

    [Fact]
    public async Task An_address_that_leads_nowhere_costs_a_moment_and_not_the_connection()
    {
        var dialing = DialAsync([Broken, AlsoBroken, Good], SilentlyUnless(Good));
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(50));
                return dialing.IsCompleted;
            },
            () => "nobody was connected to");
        Assert.Same(Stream.Null, await dialing);

        // The other family comes second, not after every address of the broken one.
        Assert.Equal([Broken, Good], _tried);
    }

    [Fact]
    public async Task An_address_that_refuses_is_followed_by_the_next_at_once()
    {
        var dialing = DialAsync([Broken, Good], (address, _) => address.Address.Equals(Good) ? Task.FromResult(Stream.Null) : Task.FromException<Stream>(new SocketException((int)SocketError.NetworkUnreachable)));
        Assert.Same(Stream.Null, await dialing.WithinDeadlineAsync());
    }

    [Fact]
    public async Task A_connection_that_comes_too_late_is_closed()
    {
        var late = new TaskCompletionSource<Stream>();
        var dialing = DialAsync([Broken, Good], (address, _) => address.Address.Equals(Good) ? Task.FromResult(Stream.Null) : late.Task);
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(50));
                return dialing.IsCompleted;
            },
            () => "nobody was connected to");
        using var stream = new MemoryStream();
        late.SetResult(stream);
        Assert.False(stream.CanRead);
        _ = await dialing;
    }

    [Fact]
    public async Task Where_no_address_answers_the_first_reason_is_told()
    {
        var failed = await Assert.ThrowsAsync<SocketException>(() => DialAsync(
            [Good, Broken], (address, _) => Task.FromException<Stream>(new SocketException((int)(address.Address.Equals(Good) ? SocketError.ConnectionRefused : SocketError.NetworkUnreachable)))));
        Assert.Equal(SocketError.ConnectionRefused, failed.SocketErrorCode);
    }

    [Fact]
    public async Task A_name_service_that_does_not_answer_is_given_up_and_told_apart_from_a_name_that_is_none()
    {
        var dialing = new Dialer((_, stop) => new TaskCompletionSource<IPAddress[]>().Task.WaitAsync(stop), SilentlyUnless(Good), _time).ConnectAsync(Host, TestContext.Current.CancellationToken).AsTask();
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(SocketError.TryAgain, (await Assert.ThrowsAsync<SocketException>(() => dialing.WithinDeadlineAsync())).SocketErrorCode);
        Assert.Equal(SocketError.NoData, (await Assert.ThrowsAsync<SocketException>(() => DialAsync([], SilentlyUnless(Good)))).SocketErrorCode);
    }

    [Fact]
    public async Task An_attempt_ends_with_the_request()
    {
        using var stop = new CancellationTokenSource();
        var dialing = DialAsync([Broken], SilentlyUnless(Good), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialing.WithinDeadlineAsync());
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "its host name does not resolve")]
    [InlineData(SocketError.NoData, "its host name does not resolve")]
    [InlineData(SocketError.TryAgain, "because the name service does not answer")]
    [InlineData(SocketError.ConnectionRefused, "nobody listens at its address")]
    [InlineData(SocketError.NetworkUnreachable, "there is no way to its address")]
    [InlineData(SocketError.TimedOut, "no connection in time")]
    public async Task What_is_wrong_with_name_or_address_is_said(SocketError error, string words)
    {
        using var handler = ServiceHttp.CreateHandler(new Dialer((_, _) => Task.FromException<IPAddress[]>(new SocketException((int)error)), SilentlyUnless(Good), _time));
        using var http = ServiceHttp.CreateClient(handler);
        var failed = await Assert.ThrowsAsync<AgentException>(() => AskAsync(http, new Uri("https://sign.test/"), tries: 1));
        Assert.Equal(AgentFault.ServiceUnavailable, failed.Fault);
        Assert.Contains(words, failed.Message, StringComparison.Ordinal);
    }

    /// <summary>The next try asks for the name again: a service that moved is found.</summary>
    [SuppressMessage("Reliability", "CA2025:Ensure tasks using 'IDisposable' instances complete before the instances are disposed", Justification = "The task is awaited before the listener is disposed.")]
    [Fact]
    public async Task An_address_that_changed_is_found_by_the_next_try()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeOneAsync(listener);
        var asked = 0;
        using var handler = ServiceHttp.CreateHandler(new Dialer(
            (_, _) => Task.FromResult<IPAddress[]>([Interlocked.Increment(ref asked) == 1 ? Broken : Good]),
            async (address, stop) =>
            {
                if (!address.Address.Equals(Good))
                {
                    throw new SocketException((int)SocketError.HostUnreachable);
                }

                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync((IPEndPoint)listener.LocalEndpoint, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
            TimeProvider.System));
        using var http = ServiceHttp.CreateClient(handler);
        var answer = await AskAsync(http, new Uri("http://sign.test/"), tries: 2);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(2, asked);
        await serving;
    }

    private static async Task ServeOneAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream());
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
            // To the end of its headers.
        }

        await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"u8.ToArray());
    }

    private static Task<ServiceAnswer> AskAsync(HttpClient http, Uri address, int tries) => new ServiceClient(http, TimeProvider.System, WaitBudget.Default).SendAsync(
        new ServiceRequest { Service = "the authority", Method = HttpMethod.Get, Address = address, Accept = "application/json", Tries = tries }, TestContext.Current.CancellationToken);

    private static Func<IPEndPoint, CancellationToken, Task<Stream>> SilentlyUnless(IPAddress good) => async (address, stop) =>
    {
        if (!address.Address.Equals(good))
        {
            await Task.Delay(Timeout.Infinite, stop);
        }

        return Stream.Null;
    };

    private Task<Stream> DialAsync(IPAddress[] addresses, Func<IPEndPoint, CancellationToken, Task<Stream>> connect, CancellationToken stop = default) => new Dialer(
        (_, _) => Task.FromResult(addresses),
        (address, cancel) =>
        {
            _tried.Add(address.Address);
            return connect(address, cancel);
        },
        _time).ConnectAsync(Host, stop).AsTask();
}
