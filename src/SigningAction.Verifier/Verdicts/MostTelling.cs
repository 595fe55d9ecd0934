using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Verdicts;

/// <summary>
/// Chooses the problem that is shown when several bundles were tried and none verified. A genuine signature of the wrong signer says most;
/// broken evidence comes next; what could not be looked at must not hide behind a bundle that belongs to another artifact. Of equals, the first.
/// </summary>
internal static class MostTelling
{
    private static readonly string[] OfAnotherArtifact =
        [FailureCodes.Text(FailureCode.DigestMismatch), FailureCodes.Text(FailureCode.SubjectMismatch), FailureCodes.Text(FailureCode.ArtifactNeeded)];

    // Refused only after everything else was proven.
    private static readonly string[] OfThePolicy = [.. new[]
    {
        FailureCode.IssuerMismatch, FailureCode.IdentityMismatch, FailureCode.RepositoryMismatch, FailureCode.OwnerMismatch, FailureCode.NameMoved,
        FailureCode.WorkflowMismatch, FailureCode.SignerDigestMismatch, FailureCode.SourceRefMismatch, FailureCode.SourceDigestMismatch, FailureCode.EventMismatch,
        FailureCode.EnvironmentMismatch, FailureCode.SelfHostedRunner, FailureCode.SignerNotAllowed, FailureCode.ProvenanceContradiction, FailureCode.SignatureAge,
    }.Select(FailureCodes.Text)];

    /// <summary>The most telling of at least one.</summary>
    public static Problem Of(IEnumerable<Problem> problems) => problems.MinBy(Rank)!;

    private static int Rank(Problem problem) =>
        OfThePolicy.Contains(problem.Code) ? 0
        : problem.Code == FailureCodes.Text(FailureCode.PredicateType) ? 1
        : problem.Exit != ExitCode.Refused ? 3
        : OfAnotherArtifact.Contains(problem.Code) ? 4
        : problem.Code == FailureCodes.Text(FailureCode.NoBundle) ? 5
        : 2;
}
