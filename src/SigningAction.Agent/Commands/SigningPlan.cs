using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Commands;

/// <summary>All that a run will sign and where it goes, known before a token is asked for.</summary>
internal sealed record SigningPlan
{
    /// <summary>The statements of the attestation.</summary>
    public IReadOnlyList<PlannedStatement> Statements { get; init; } = [];

    /// <summary>Where their bundles go, all to each.</summary>
    public IReadOnlyList<string> AttestationPlaces { get; init; } = [];

    /// <summary>Files that get a signature each.</summary>
    public IReadOnlyList<SigningSubject> Signatures { get; init; } = [];

    /// <summary>Where the bundle of each goes.</summary>
    public IReadOnlyList<string> SignaturePlaces { get; init; } = [];
}
