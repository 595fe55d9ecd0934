using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SigningAction.Benchmarks.Running;

/// <summary>
/// One kept HTTP/1.1 connection that sends requests made beforehand and reads answers of stated length, and nothing more:
/// client and server share the cores, so every microsecond here is one that the server lacks.
/// </summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[16 * 1024];

    /// <summary>Opens a connection to <c>http://127.0.0.1:PORT</c>.</summary>
    /// <param name="url">The server's.</param>
    /// <param name="from">An address of loopback, where callers must differ.</param>
    public static async Task<Connection> OpenAsync(string url, string from = "127.0.0.1")
    {
        var connection = new Connection();
        connection._socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, new Uri(url).Port));
        return connection;
    }

    /// <summary>A whole request in bytes.</summary>
    public static byte[] Request(string method, string path, string contentType, ReadOnlySpan<byte> body) =>
    [
        .. Encoding.ASCII.GetBytes(FormattableString.Invariant(
            $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n")),
        .. body,
    ];

    /// <summary>Sends a request and returns the body of its answer, good until the next call.</summary>
    /// <exception cref="InvalidOperationException">The server refused, or its answer has no stated length.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> request)
    {
        var (status, body) = await AskAsync(request);
        return status is >= 200 and < 300 ? body : throw new InvalidOperationException($"The server refused with {status}: {Encoding.UTF8.GetString(body.Span)}");
    }

    /// <summary>Sends a request and returns the status and the body of its answer, good until the next call.</summary>
    /// <exception cref="InvalidOperationException">The answer has no stated length.</exception>
    public async ValueTask<(int Status, ReadOnlyMemory<byte> Body)> AskAsync(ReadOnlyMemory<byte> request)
    {
        for (var sent = 0; sent < request.Length;)
        {
            sent += await _socket.SendAsync(request[sent..]);
        }

        var (have, head) = (0, -1);
        while (head < 0)
        {
            have += await ReceiveAsync(have);
            head = _buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
        }

        var length = ContentLength(_buffer.AsSpan(0, head));
        var end = head + 4 + length;
        if (end > _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * end);
        }

        while (have < end)
        {
            have += await ReceiveAsync(have);
        }

        // "HTTP/1.1 200"
        return ((100 * (_buffer[9] - '0')) + (10 * (_buffer[10] - '0')) + _buffer[11] - '0', _buffer.AsMemory(head + 4, length));
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<int> ReceiveAsync(int have) =>
        await _socket.ReceiveAsync(_buffer.AsMemory(have)) is > 0 and var count ? count : throw new IOException("The server hung up.");

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _)
            ? length
            : throw new InvalidOperationException($"An answer without a length: {Encoding.UTF8.GetString(head)}");
    }
}
