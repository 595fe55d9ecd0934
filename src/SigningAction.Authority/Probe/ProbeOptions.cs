using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Probe;

/// <summary>What a probe is told.</summary>
public sealed record ProbeOptions
{
    /// <summary>An identity token that policy allows; a secret.</summary>
    public required string Token { get; init; }

    /// <summary>The trusted root that verifiers pin; null takes the one that the authority serves, which proves less.</summary>
    public ReadOnlyMemory<byte>? TrustedRoot { get; init; }

    /// <summary>Tokens that must be refused, each with the reason: secrets.</summary>
    public IReadOnlyList<(string Reason, string Token)> RefusedTokens { get; init; } = [];

    /// <summary>Where checkpoints are remembered from one probe to the next; null remembers nothing.</summary>
    public string? MemoryPath { get; init; }

    /// <summary>The authority's own database, read-only, where the audit is looked up; null does not look.</summary>
    public ILedgerStore? Store { get; init; }

    /// <summary>The audit log that takes events: not the first one any more after a loss was accepted.</summary>
    public LogId AuditLog { get; init; } = LogId.Audit;

    /// <summary>The clock, by which a signer chooses among the logs of a signing config.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
