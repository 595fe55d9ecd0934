using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Verification;

/// <summary>One thing that an <see cref="AcceptancePolicy"/> requires of an artifact.</summary>
public sealed record RequiredAttestation
{
    /// <summary>Type of the predicate, exact; null takes any bundle, also a plain signature.</summary>
    public string? PredicateType { get; init; }

    /// <summary>Different identities that must have signed it, each for a different rule; at least 1.</summary>
    public int Signers { get; init; } = 1;

    /// <summary>Names of the allow rules that count; none for all of them.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>
    /// Builders that SLSA provenance must name one of, exact; none for any. The certificate must name it too, as the workflow that signed or as the kind of runner: what the
    /// predicate alone says, the workflow says of itself.
    /// </summary>
    public IReadOnlyList<string> BuilderIds { get; init; } = [];

    /// <summary>The same in words, to begin a sentence.</summary>
    internal string What => PredicateType is null ? "The artifact" : PrintableText.Exact(PredicateType);

    internal bool Counts(string rule) => From.Count == 0 || From.Contains(rule, StringComparer.Ordinal);

    internal bool IsOfType(VerifiedBundle bundle) => PredicateType is null || string.Equals(PredicateType, bundle.Statement?.PredicateType, StringComparison.Ordinal);

    internal bool IsOfBuilder(VerifiedBundle bundle) =>
        BuilderIds.Count == 0
        || (bundle.Builder is { } builder && BuilderIds.Contains(builder, StringComparer.Ordinal) && ProvenanceAgreement.IsVouchedFor(builder, bundle.Identity));
}
