using SigningAction.Authority.Clock;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Trust;

namespace SigningAction.Authority.Hosting;

/// <summary>What a running authority is made of. <see cref="AuthorityHost"/> makes and ends them, <see cref="AuthorityRoutes"/> gives them to the services.</summary>
internal sealed record AuthorityParts
{
    /// <summary>Configuration, certificates and keys.</summary>
    public required AuthorityMaterial Material { get; init; }

    /// <summary>The database of the ledger.</summary>
    public required SqliteLedgerStore Store { get; init; }

    /// <summary>The database of bundles.</summary>
    public required SqliteBundleStore Bundles { get; init; }

    /// <summary>The logs.</summary>
    public required AuthorityLedger Ledger { get; init; }

    /// <summary>What is published of all this.</summary>
    public required AuthorityTrust Trust { get; init; }

    /// <summary>Who may sign.</summary>
    public required PolicyStore Policy { get; init; }

    /// <summary>Refusals that are counted into one audit event.</summary>
    public required RefusalCounter Refusals { get; init; }

    /// <summary>Compares the clock with others; null where none are configured.</summary>
    public required TimeSourceMonitor? Sources { get; init; }

    /// <summary>Warns before own certificates end.</summary>
    public required Expiry Expiry { get; init; }

    /// <summary>Tries keys that failed.</summary>
    public required KeyWatch Keys { get; init; }

    /// <summary>How it leaves.</summary>
    public required StopSequence Stop { get; init; }
}
