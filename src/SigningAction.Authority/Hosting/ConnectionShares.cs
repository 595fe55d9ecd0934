using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// One address has at most half of all connections, so whoever opens them and says nothing shuts nobody else out. Proxies that are trusted have no share: behind
/// them is everybody.
/// </summary>
/// <param name="most">Connections that one address may have open.</param>
/// <param name="proxies">Addresses without a share.</param>
internal sealed class ConnectionShares(long most, IReadOnlyList<string> proxies)
{
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);
    private readonly HashSet<string> _exempt = [.. proxies.Select(proxy => RateLimits.PartitionOf(IPAddress.Parse(proxy)))];

    /// <summary>Serves a connection, or ends it at once: a step of each connection's way.</summary>
    public async Task ServeAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var address = RateLimits.PartitionOf((connection.RemoteEndPoint as IPEndPoint)?.Address);
        if (_exempt.Contains(address))
        {
            await next(connection);
            return;
        }

        try
        {
            if (_open.AddOrUpdate(address, 1, static (_, open) => open + 1) > most)
            {
                connection.Abort(new ConnectionAbortedException("This address has as many connections as it may."));
                return;
            }

            await next(connection);
        }
        finally
        {
            // The last one takes the address with it: the table is never larger than there are connections.
            if (_open.AddOrUpdate(address, 0, static (_, open) => open - 1) == 0)
            {
                _ = _open.TryRemove(KeyValuePair.Create(address, 0));
            }
        }
    }
}
