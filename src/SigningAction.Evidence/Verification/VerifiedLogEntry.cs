using SigningAction.Evidence.Transparency;

namespace SigningAction.Evidence.Verification;

/// <summary>A log entry that was proven to hold this signature.</summary>
public sealed record VerifiedLogEntry
{
    internal VerifiedLogEntry(string origin, long index, string? @operator)
    {
        Origin = origin;
        Index = index;
        Operator = @operator;
    }

    /// <summary>Name of the log.</summary>
    public string Origin { get; }

    /// <summary>Index of the entry in the log.</summary>
    public long Index { get; }

    /// <summary>Who runs the log, as the trusted root says; null where it does not.</summary>
    public string? Operator { get; }

    /// <summary>Witnesses of the policy that cosigned the checkpoint of its proof; empty where no witness policy was given.</summary>
    public IReadOnlyList<Cosignature> Cosignatures { get; internal init; } = [];
}
