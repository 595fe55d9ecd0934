using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SigningAction.Agent.Services;
using SigningAction.Agent.Tests.Fakes;

namespace SigningAction.Agent.Tests.Services;

/// <summary>N-06, N-09, N-12: bytes of a real connection that are no good HTTP, and a proxy that wants a log-in.</summary>
public sealed class BrokenAnswerTests
{
    private readonly UnhurriedTime _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("")]
    public async Task An_answer_that_is_broken_is_a_failure_of_transport_and_asked_for_again(string answer)
    {
        var broken = true;
        var failed = await SendAsync(() => broken, answer);
        Assert.Equal(AgentFault.ServiceUnavailable, Assert.IsType<AgentException>(failed).Fault);
        Assert.Contains("The test service", failed.Message, StringComparison.Ordinal);
    }

    /// <summary>A length that is too small ends the answer early, and half a document is no document.</summary>
    [Fact]
    public async Task An_answer_that_says_less_of_itself_than_it_sends_is_not_the_service()
    {
        var failed = await SendAsync(() => true, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{}", read: true);
        Assert.Equal(AgentFault.NotTheService, Assert.IsType<AgentException>(failed).Fault);
    }

    [Theory]
    [InlineData("http", "A proxy stands before the test service (http://sign.test) and wants a log-in (HTTP 407)")]
    [InlineData("https", "the proxy refused the connection; one that wants a log-in takes it from its address")]
    public async Task A_proxy_that_wants_a_log_in_is_told_with_where_to_put_it(string scheme, string words)
    {
        const string Answer = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"r\"\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
        var failed = await SendAsync(() => true, Answer, read: true, proxied: scheme);
        Assert.Equal(AgentFault.ServiceUnavailable, Assert.IsType<AgentException>(failed).Fault);
        Assert.Contains(words, failed.Message, StringComparison.Ordinal);
    }

    [SuppressMessage("Reliability", "CA2025:Ensure tasks using 'IDisposable' instances complete before the instances are disposed", Justification = "The task is awaited after the listener was stopped, which ends it.")]
    private async Task<Exception?> SendAsync(Func<bool> again, string answer, bool read = false, string? proxied = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, answer, again);
        var server = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        using var handler = ServiceHttp.CreateHandler();
        handler.UseProxy = proxied is not null;
        handler.Proxy = proxied is null ? null : new WebProxy($"http://{server}");
        using var http = ServiceHttp.CreateClient(handler);
        var request = new ServiceRequest
        {
            Service = "the test service",
            Method = HttpMethod.Get,
            Address = new Uri(proxied is null ? $"http://{server}/x" : $"{proxied}://sign.test/x"),
            Accept = "application/json",
            Tries = 2,
        };
        var failed = await Record.ExceptionAsync(() => _time.RunAsync(ReadAsync(new ServiceClient(http, _time, WaitBudget.Default), request, read)));
        listener.Stop();
        await serving;
        return failed;
    }

    private static async Task<ServiceAnswer> ReadAsync(ServiceClient client, ServiceRequest request, bool read)
    {
        var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        if (read)
        {
            answer.RequireSuccess();
            _ = answer.Json((JsonTypeInfo<Dictionary<string, string>>)JsonSerializerOptions.Default.GetTypeInfo(typeof(Dictionary<string, string>)));
        }

        return answer;
    }

    private static async Task ServeAsync(TcpListener listener, string answer, Func<bool> again)
    {
        try
        {
            while (again())
            {
                using var client = await listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream());
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                    // To the end of its headers: a connection that is closed before is reset.
                }

                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The listener was stopped (also just before it was asked again), or the one that asked is gone.
        }
    }
}
