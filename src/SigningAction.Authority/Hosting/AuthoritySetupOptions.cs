using SigningAction.Authority.Bundles;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Ledger;

namespace SigningAction.Authority.Hosting;

/// <summary>What <c>init</c> is told.</summary>
public sealed record AuthoritySetupOptions
{
    /// <summary>Base URL for life: <see cref="AuthorityUrl"/>.</summary>
    public required string Url { get; init; }

    /// <summary>The one O of all certificates; null takes the host of the URL.</summary>
    public string? Organization { get; init; }

    /// <summary>Whose tokens may be exchanged; empty takes github.com's.</summary>
    public IReadOnlyList<IssuerOptions> Issuers { get; init; } = [];

    /// <summary>Whether callers may have RSA keys certified.</summary>
    public bool RsaKeys { get; init; }

    /// <summary>With which other clocks the own one is compared.</summary>
    public ClockOptions Clock { get; init; } = new();

    /// <summary>How much at once.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary>What the logs take.</summary>
    public LedgerOptions Ledger { get; init; } = new();

    /// <summary>How much room kept bundles have.</summary>
    public BundleOptions Bundles { get; init; } = new();
}
