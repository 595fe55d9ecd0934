using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SigningAction.Testing.Tuf;

/// <summary>Serves a repository by HTTP on this machine, and misbehaves by path where a test says so.</summary>
public sealed class TufServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TufServer(WebApplication app) => _app = app;

    /// <summary>What was asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Answers instead of the repository's files, by path.</summary>
    public ConcurrentDictionary<string, RequestDelegate> Misbehaviour { get; } = new(StringComparer.Ordinal);

    /// <summary>The repository's URL.</summary>
    public string Url => _app.Urls.Single() + "/repo/";

    /// <summary>Starts on a free port.</summary>
    public static async Task<TufServer> StartAsync(TufRepository repository)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new TufServer(builder.Build());
        server._app.Run(async context =>
        {
            var path = context.Request.Path.Value!["/repo/".Length..];
            server.Asked.Enqueue(path);
            if (server.Misbehaviour.TryGetValue(path, out var answer))
            {
                await answer(context);
            }
            else if (repository.Files.TryGetValue(path, out var bytes))
            {
                await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            }
        });
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Bytes without an end.</summary>
    public static async Task Endless(HttpContext context)
    {
        var bytes = new byte[64 * 1024];
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    /// <summary>The beginning of an answer, and then nothing.</summary>
    public static async Task Stall(HttpContext context)
    {
        await context.Response.Body.WriteAsync("{"u8.ToArray(), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
