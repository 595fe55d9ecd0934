using System.Net;
using System.Net.Sockets;

namespace SigningAction.Testing;

/// <summary>
/// Ports for servers whose address must be known before they start, and kept while they are down. They lie below the range that the system gives to
/// outgoing connections and to port 0 (32768 and up on Linux, 49152 elsewhere): a port of that range can be taken between two uses by any client on the machine.
/// </summary>
public static class LoopbackPort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    // Processes that run beside each other begin at different places.
    private static int _next = Environment.ProcessId * 97 % (Last - First);

    /// <summary>A port that nobody listens on, and that this process gives to nobody else.</summary>
    public static int Next()
    {
        for (var i = First; i < Last; i++)
        {
            var port = First + ((Interlocked.Increment(ref _next) & int.MaxValue) % (Last - First));
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }

        throw new InvalidOperationException("No port of loopback is free.");
    }
}
