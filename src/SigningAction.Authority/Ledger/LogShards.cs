using SigningAction.Authority.Wire;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// Which log a request is for. Signature logs share their paths and differ by host name; the Host of a request is looked up and never used for anything else.
/// A port in it says nothing: origins have none, and proxies change it.
/// </summary>
public sealed class LogShards
{
    private readonly Dictionary<string, LogShard> _byHost;
    private readonly LogShard? _only;

    /// <summary>Takes the shards; each has its own host name.</summary>
    public LogShards(IReadOnlyList<LogShard> shards)
    {
        _byHost = shards.ToDictionary(shard => shard.Host, StringComparer.OrdinalIgnoreCase);
        _only = shards is [var only] ? only : null;
    }

    /// <summary>
    /// The shard that a request is for. With one log there is nothing to tell apart, and any name by which the authority was reached will do;
    /// with several an unknown name is refused: a guess would put somebody's entry into another log than he asked for.
    /// </summary>
    /// <exception cref="RequestRefusedException">No log has this host name (421).</exception>
    public LogShard Of(HttpRequest request) => _only
        ?? (_byHost.TryGetValue(request.Host.Host, out var shard) ? shard : throw new RequestRefusedException(
            StatusCodes.Status421MisdirectedRequest, "UNKNOWN_HOST", "No log of this authority has the host name of the request.",
            "Use the URL of the signing config; a proxy must pass the Host header on as it came."));

    /// <summary>The certificate log that a request is for.</summary>
    /// <exception cref="RequestRefusedException">This host has none (404), or no log at all (421).</exception>
    public LogReader CertificatesOf(HttpRequest request) => Of(request).Certificates
        ?? throw new RequestRefusedException(StatusCodes.Status404NotFound, "NO_ROUTE", "There is no certificate log under this host name.");
}
