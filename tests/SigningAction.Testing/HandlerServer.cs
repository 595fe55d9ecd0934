using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace SigningAction.Testing;

/// <summary>Puts a stand-in that is an <see cref="HttpMessageHandler"/> behind a port of loopback, for programs of their own process.</summary>
public sealed class HandlerServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _service;

    private HandlerServer(WebApplication app, HttpMessageHandler service)
    {
        _app = app;
        _service = new HttpMessageInvoker(service, disposeHandler: false);
    }

    /// <summary>Base URL, <c>http://127.0.0.1:PORT</c>; with a certificate <c>https</c>.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Starts on a free port.</summary>
    /// <param name="service">Answers; it stays the caller's.</param>
    /// <param name="host">The host that the service believes to be; null for the true one.</param>
    /// <param name="certificate">Of a server that speaks TLS; null for plain HTTP.</param>
    public static async Task<HandlerServer> StartAsync(HttpMessageHandler service, string? host = null, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        _ = builder.WebHost.UseKestrelCore();
        _ = certificate is null
            ? builder.WebHost.UseUrls("http://127.0.0.1:0")
            : builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        _ = builder.Logging.ClearProviders();
        var server = new HandlerServer(builder.Build(), service);
        server._app.Run(context => server.AnswerAsync(context, host));
        await server._app.StartAsync();
        server.Url = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _service.Dispose();
    }

    private async Task AnswerAsync(HttpContext context, string? host)
    {
        var asked = new Uri(context.Request.GetEncodedUrl());
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), host is null ? asked : new UriBuilder(asked) { Scheme = Uri.UriSchemeHttps, Host = host, Port = -1 }.Uri);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                _ = request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        using var answer = await _service.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            // How the body is cut into pieces is between each pair of programs.
            if (!string.Equals(name, "Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
