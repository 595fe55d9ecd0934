using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// How an authority leaves: readiness says so first, then everything is served for the configured seconds, so that a load balancer looks elsewhere; behind an
/// inherited socket nobody new is accepted then, and connections are given back one answer after the other.
/// </summary>
/// <param name="socket">The inherited socket; null where the server has one of its own.</param>
/// <param name="limits">How long.</param>
/// <param name="time">The clock.</param>
internal sealed class StopSequence(InheritedSocket? socket, LimitOptions limits, TimeProvider time)
{
    private ConnectionGate? _gate;
    private volatile bool _isStopping;

    /// <summary>Whether it has begun.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>The inherited socket.</summary>
    public InheritedSocket? Socket => socket;

    /// <summary>Puts the gate between the sockets and the server. With a socket of its own there is no use in it: who is not accepted is refused.</summary>
    public void Attach(WebApplicationBuilder builder, ListenAddress listen)
    {
        if (socket is null)
        {
            _ = builder.WebHost.ConfigureKestrel(kestrel => KestrelLimits.Listen(kestrel, listen));
            return;
        }

        _ = builder.Services.AddSingleton<IConnectionListenerFactory>(
            services => _gate = new ConnectionGate(ActivatorUtilities.CreateInstance<SocketTransportFactory>(services)));
        _ = builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle(
            socket.Handle, options => options.Use(next => connection => _gate!.ServeAsync(next, connection))));
    }

    /// <summary>Once it leaves, each answer asks for a new connection; behind an inherited socket the next process will have it.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_isStopping && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }

        return next(context);
    }

    /// <summary>Everything before the server itself stops.</summary>
    public async Task RunAsync(ILogger logger)
    {
        _isStopping = true;
        AuthorityEvents.Stopping(logger, limits.DrainSeconds);
        if (limits.DrainSeconds > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(limits.DrainSeconds), time);
        }

        if (_gate is { } gate)
        {
            await gate.CloseAsync(TimeSpan.FromSeconds(limits.LingerSeconds), time);
        }
    }
}
