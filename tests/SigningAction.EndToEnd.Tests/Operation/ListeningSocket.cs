using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SigningAction.EndToEnd.Tests.Operation;

/// <summary>A listening socket that stays open whoever serves it, as a service manager holds it.</summary>
internal sealed partial class ListeningSocket : IDisposable
{
    private const int SetDescriptorFlags = 2; // F_SETFD

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ListeningSocket(string url)
    {
        var address = new Uri(url);
        _socket.Bind(new IPEndPoint(IPAddress.Parse(address.Host), address.Port));
        _socket.Listen(512);

        // Without close-on-exec: a program that is started gets it.
        Assert.Equal(0, SetFlags((int)_socket.SafeHandle.DangerousGetHandle(), SetDescriptorFlags, 0));
    }

    public string Descriptor => _socket.SafeHandle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture);

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetFlags(int descriptor, int command, int flags);
}
