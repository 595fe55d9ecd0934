using System.Globalization;
using System.Net.Sockets;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// A listening socket that somebody else made and keeps (systemd's <c>sd_listen_fds</c>): while one authority goes and the next one comes, connections wait in its
/// queue and nobody is turned away. It is never closed here, and never shut down: that would end it for its owner too.
/// </summary>
/// <param name="Handle">The descriptor.</param>
/// <param name="Address">Where it listens, <c>http://ADDRESS:PORT</c>.</param>
public sealed record InheritedSocket(ulong Handle, string Address)
{
    /// <summary>SD_LISTEN_FDS_START.</summary>
    private const int First = 3;

    /// <summary>The socket that was handed to this process; null when none was.</summary>
    /// <exception cref="ConfigurationRefusedException">Several were, or what was handed over is no listening TCP socket.</exception>
    public static InheritedSocket? Find() => Find(Environment.GetEnvironmentVariable, Environment.ProcessId);

    /// <summary>The same for other variables, and another process.</summary>
    internal static InheritedSocket? Find(Func<string, string?> variable, int process)
    {
        // Variables that an ancestor left behind are for another process.
        if (variable(EnvironmentVariables.InheritedSocketsFor) != process.ToString(CultureInfo.InvariantCulture)
            || variable(EnvironmentVariables.InheritedSockets) is not { } count)
        {
            return null;
        }

        if (count != "1")
        {
            throw new ConfigurationRefusedException(
                $"{EnvironmentVariables.InheritedSockets} is '{count}', and an authority listens at one socket. Name one ListenStream= in the socket unit.");
        }

        try
        {
            using var handle = new SafeSocketHandle(First, ownsHandle: false);
            using var socket = new Socket(handle);
            return socket is { SocketType: SocketType.Stream, LocalEndPoint: System.Net.IPEndPoint address }
                && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is 1
                ? new InheritedSocket(First, $"http://{address}")
                : throw new ConfigurationRefusedException(NoSocket);
        }
        catch (SocketException e)
        {
            throw new ConfigurationRefusedException(NoSocket, e);
        }
    }

    private const string NoSocket = "Descriptor 3 was handed over as a listening socket and is none of TCP. Use ListenStream=ADDRESS:PORT and Accept=no in the socket unit.";
}
