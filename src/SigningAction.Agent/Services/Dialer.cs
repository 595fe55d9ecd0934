using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace SigningAction.Agent.Services;

/// <summary>
/// Connects to a host by its addresses, of which some may lead nowhere: a runner whose IPv6 is announced and not routed would otherwise wait at its first
/// address for as long as a connection may take, and never come to the next. The next one is tried as soon as the last failed or was silent for a moment, both
/// families in turn; the first to answer is taken (RFC 8305, sections 4 and 5). The name is asked for again with every new connection, so an address that
/// changed is found by the next try.
/// </summary>
/// <param name="resolve">Gives the addresses of a name, the best first.</param>
/// <param name="connect">Connects to one.</param>
/// <param name="time">Clock of the waits.</param>
public sealed class Dialer(Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<IPEndPoint, CancellationToken, Task<Stream>> connect, TimeProvider time)
{
    /// <summary>The system's name service and network.</summary>
    public static Dialer OfSystem { get; } = new(Dns.GetHostAddressesAsync, ConnectAsync, TimeProvider.System);

    /// <summary>RFC 8305, section 8: the recommended delay between two attempts.</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>For the name. A resolver gives a silent server 5 s; what is left of the time for a connection is for the connection.</summary>
    private static readonly TimeSpan ForTheName = TimeSpan.FromSeconds(6);

    /// <summary>A connection to the host.</summary>
    /// <exception cref="SocketException">There is none; <see cref="SocketError.TryAgain"/> where the name service is silent.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint host, CancellationToken cancellation)
    {
        var addresses = InTurn(await AddressesAsync(host.Host, cancellation));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var attempts = new List<Task<Stream>>();
        var next = 0;
        Exception? why = null;
        while (next < addresses.Count || attempts.Count > 0)
        {
            if (next < addresses.Count)
            {
                attempts.Add(connect(new IPEndPoint(addresses[next++], host.Port), stop.Token));
            }

            var first = await FirstAsync(attempts, next < addresses.Count ? HeadStart : Timeout.InfiniteTimeSpan, cancellation);
            if (first is null)
            {
                continue;
            }

            _ = attempts.Remove(first);
            if (first.IsCompletedSuccessfully)
            {
                await stop.CancelAsync();
                attempts.ForEach(Forget);
                return await first;
            }

            why ??= first.Exception?.InnerException;
        }

        cancellation.ThrowIfCancellationRequested();
        throw why as SocketException ?? new SocketException((int)SocketError.HostUnreachable);
    }

    private async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellation)
    {
        try
        {
            var addresses = await resolve(host, cancellation).WaitAsync(ForTheName, time, cancellation);
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.NoData);
        }
        catch (TimeoutException)
        {
            throw new SocketException((int)SocketError.TryAgain);
        }
    }

    /// <summary>The attempt that ended first; null when none did in time.</summary>
    private async Task<Task<Stream>?> FirstAsync(List<Task<Stream>> attempts, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            return await Task.WhenAny(attempts).WaitAsync(patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            attempts.ForEach(Forget);
            throw;
        }
    }

    /// <summary>The families in turn, beginning with the system's choice: one that is broken costs one delay and not one for each address.</summary>
    private static List<IPAddress> InTurn(IPAddress[] addresses)
    {
        var families = addresses.GroupBy(address => address.AddressFamily).Select(family => family.ToList()).ToList();
        return [.. Enumerable.Range(0, families.Max(family => family.Count)).SelectMany(i => families.Where(family => i < family.Count).Select(family => family[i]))];
    }

    /// <summary>An attempt that lost: what it still brings is closed.</summary>
    private static void Forget(Task<Stream> attempt) => attempt.ContinueWith(
        late =>
        {
            if (late.IsCompletedSuccessfully)
            {
                late.Result.Dispose();
            }
            else
            {
                _ = late.Exception;
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The stream owns the socket; without a stream it is disposed here.")]
    private static async Task<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
