using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// Stops accepting before the server stops serving. Kestrel does both at once, and what a client sends into a connection at that moment is lost to it. Here
/// nobody is let in any more first, everybody inside is served and told to come back on another connection, and only then the server stops.
/// </summary>
/// <param name="inner">Makes the real listeners.</param>
internal sealed class ConnectionGate(IConnectionListenerFactory inner) : IConnectionListenerFactory
{
    private readonly ConcurrentBag<Listener> _listeners = [];
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private volatile bool _isClosed;

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = new Listener(await inner.BindAsync(endpoint, cancellationToken));
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Counts a connection while it is served: a step of each connection's way.</summary>
    public async Task ServeAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        _ = Interlocked.Increment(ref _open);
        try
        {
            await next(connection);
        }
        finally
        {
            if (Interlocked.Decrement(ref _open) == 0 && _isClosed)
            {
                _ = _empty.TrySetResult();
            }
        }
    }

    /// <summary>Accepts nothing more, and waits until the last connection has ended, or is only idle.</summary>
    /// <param name="longest">How long a connection that says nothing is waited for.</param>
    /// <param name="time">The clock.</param>
    public async Task CloseAsync(TimeSpan longest, TimeProvider time)
    {
        foreach (var listener in _listeners)
        {
            await listener.CloseAsync();
        }

        _isClosed = true;
        if (Volatile.Read(ref _open) > 0)
        {
            await _empty.Task.WaitAsync(longest, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A listener that can be deaf for a while before it ends: to Kestrel an end of accepting is the end.</summary>
    private sealed class Listener(IConnectionListener inner) : IConnectionListener
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isDeaf;

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            var connection = await inner.AcceptAsync(cancellationToken);
            if (connection is null && _isDeaf)
            {
                await _ended.Task.WaitAsync(cancellationToken);
            }

            return connection;
        }

        public ValueTask CloseAsync()
        {
            _isDeaf = true;
            return inner.UnbindAsync();
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _ = _ended.TrySetResult();
            return inner.UnbindAsync(cancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            _ = _ended.TrySetResult();
            return inner.DisposeAsync();
        }
    }
}
