using System.Net;
using System.Net.Sockets;
using System.Text;
using SigningAction.Authority.Issuance;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Wire;

/// <summary>
/// A body that is refused is read to its end within a bound, so that its sender can read why: a client that finds its connection closed while it writes reports
/// a broken pipe and nothing else.
/// </summary>
public sealed class RefusedBodyTests : IAsyncLifetime
{
    /// <summary>More than the buffers of a connection hold, so that whoever writes it depends on somebody who reads it.</summary>
    private const int Large = 24 * 1024 * 1024;

    private AuthorityInProcess _authority = null!;

    public async ValueTask InitializeAsync() => _authority = await AuthorityInProcess.StartAsync();

    public ValueTask DisposeAsync() => _authority.DisposeAsync();

    [Theory]
    [InlineData(FulcioEndpoints.SigningCert, "application/json", 413)]
    [InlineData("/api/v2/log/entries", "application/json", 413)]
    [InlineData("/api/v2/log/entries", "text/plain", 415)]
    [InlineData("/api/v1/timestamp", "application/timestamp-query", 413)]
    [InlineData("/api/v1/timestamp", "text/plain", 415)]
    [InlineData("/no/such/route", "application/json", 404)]
    public async Task Whoever_sends_far_too_much_reads_why_it_is_refused(string route, string type, int status)
    {
        foreach (var isChunked in (bool[])[false, true])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = new ByteArrayContent(new byte[Large]) };
            request.Content.Headers.ContentType = new(type);
            request.Headers.TransferEncodingChunked = isChunked;
            using var answer = await _authority.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode)status, answer.StatusCode);
            Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Whoever_asks_before_he_sends_is_refused_before_he_sends()
    {
        using var connection = await ConnectAsync();
        var answer = await AskAsync(connection, Large, expect: true);
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("BODY_TOO_LARGE", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_without_end_is_refused_and_not_read()
    {
        using var connection = await ConnectAsync();
        var answer = await AskAsync(connection, long.MaxValue, expect: false);
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);

        // The answer is complete and the connection ends, though not one byte of the body was sent.
        Assert.Contains("BODY_TOO_LARGE", answer, StringComparison.Ordinal);
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, new Uri(_authority.Url).Port, TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Sends a head and no body, and reads until the server ends the connection.</summary>
    private static async Task<string> AskAsync(TcpClient connection, long length, bool expect)
    {
        var stream = connection.GetStream();
        var head = $"POST {FulcioEndpoints.SigningCert} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{(expect ? "Expect: 100-continue\r\n" : "")}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
