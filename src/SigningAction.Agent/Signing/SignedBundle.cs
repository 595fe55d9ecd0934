using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Signing;

/// <summary>One bundle on disk.</summary>
/// <param name="Paths">Where it was written; the same bytes at each. A file whose name ends in <c>l</c> has one bundle a line and is shared.</param>
/// <param name="Subjects">What it vouches for.</param>
/// <param name="LogIndex">Index of its entry in the transparency log; null where there is none, as in a dry run.</param>
public sealed record SignedBundle(IReadOnlyList<string> Paths, IReadOnlyList<SigningSubject> Subjects, long? LogIndex)
{
    /// <summary>Its bytes: those that were verified.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>Type of its predicate; null for a plain signature.</summary>
    public string? PredicateType { get; init; }

    /// <summary>The earliest proven time of its signature.</summary>
    public DateTimeOffset SignedAt { get; init; }

    /// <summary>Its id in the attestations API; null where it is not there.</summary>
    public string? AttestationId { get; init; }

    /// <summary>Its page, <c>https</c>; null where it has none.</summary>
    public Uri? AttestationUrl { get; init; }
}
