using SigningAction.Authority.Bundles;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Ledger;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// <c>authority.json</c>. <see cref="Url"/> and <see cref="Organization"/> are in every certificate and checkpoint: they are fixed for life, and a change
/// stops the server. The rest may be edited; a restart brings it into force. What has a default has a setter: the JSON reader gives null to an init-only member
/// that the file leaves out.
/// </summary>
public sealed record AuthorityConfiguration
{
    /// <summary>Base URL of all services, without a path: its bare host is the origin of the signature log.</summary>
    /// <remarks>What was signed names it for ever; a new name is a new log (<c>shard add</c>).</remarks>
    public required string Url { get; init; }

    /// <summary>The one O of all certificates, and the operator that the trusted root names.</summary>
    /// <remarks>Verifiers see who vouches, and count the logs of one operator once.</remarks>
    public required string Organization { get; init; }

    /// <summary>
    /// Where the server listens: <c>http://ADDRESS:PORT</c>. TLS ends in front of it. Left out: at <see cref="Url"/> when that is http, else at 127.0.0.1:8080.
    /// A socket that is inherited (systemd) goes before it.
    /// </summary>
    /// <remarks>Without TLS of its own it is for this machine alone until somebody says otherwise.</remarks>
    public string? Listen { get; set; }

    /// <summary>IP addresses of proxies whose X-Forwarded-For is believed; it only decides whose rate limit a request counts against.</summary>
    /// <remarks>None: the header is anybody's text, and whoever is believed can make himself everybody.</remarks>
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    /// <summary>Whose tokens may be exchanged.</summary>
    public required ExchangeOptions Exchange { get; init; }

    /// <summary>With which other clocks the own one is compared.</summary>
    public ClockOptions Clock { get; set; } = new();

    /// <summary>How it logs.</summary>
    public LogOptions Log { get; set; } = new();

    /// <summary>How much at once.</summary>
    public LimitOptions Limits { get; set; } = new();

    /// <summary>What the logs take.</summary>
    public LedgerOptions Ledger { get; set; } = new();

    /// <summary>How much room kept bundles have.</summary>
    public BundleOptions Bundles { get; set; } = new();
}
