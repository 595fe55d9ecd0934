using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Tests.Verdicts;

public sealed class TargetVerdictTests
{
    private static readonly Problem None = Of(FailureCode.NoBundle);

    [Fact]
    public void Nothing_tried_is_nothing_proven() =>
        Assert.Equal(None, TargetVerdict.Of("a", null, [], None).Problem);

    [Theory]
    [InlineData(FailureCode.RepositoryMismatch, FailureCode.SubjectMismatch, FailureCode.RepositoryMismatch)]
    [InlineData(FailureCode.IssuerMismatch, FailureCode.SelfHostedRunner, FailureCode.IssuerMismatch)]
    [InlineData(FailureCode.PredicateType, FailureCode.InclusionProof, FailureCode.PredicateType)]
    [InlineData(FailureCode.SignerNotAllowed, FailureCode.SignatureInvalid, FailureCode.SignerNotAllowed)]
    [InlineData(FailureCode.ProvenanceContradiction, FailureCode.NoLogEntry, FailureCode.ProvenanceContradiction)]
    [InlineData(FailureCode.SignatureAge, FailureCode.BundleMalformed, FailureCode.SignatureAge)]
    [InlineData(FailureCode.SignatureInvalid, FailureCode.DigestMismatch, FailureCode.SignatureInvalid)]
    [InlineData(FailureCode.BundleMalformed, FailureCode.ArtifactNeeded, FailureCode.BundleMalformed)]
    [InlineData(FailureCode.DigestMismatch, FailureCode.SubjectMismatch, FailureCode.DigestMismatch)]
    public void The_most_telling_problem_is_the_targets_whatever_the_order(FailureCode one, FailureCode other, FailureCode told)
    {
        Assert.Equal(FailureCodes.Text(told), TargetVerdict.Of("a", null, [Trial(Of(one)), Trial(Of(other))], None).Problem!.Code);
        var first = told == one && IsEqualRank(one, other) ? other : told;
        Assert.Equal(FailureCodes.Text(first), TargetVerdict.Of("a", null, [Trial(Of(other)), Trial(Of(one))], None).Problem!.Code);
    }

    [Fact]
    public void What_could_not_be_looked_at_does_not_hide_behind_a_bundle_of_another_artifact()
    {
        var unread = ProblemException.NotChecked("fault", "remedy").Problem;
        Assert.Equal(ExitCode.NotChecked, TargetVerdict.Of("a", null, [Trial(Of(FailureCode.SubjectMismatch)), Trial(unread)], None).Problem!.Exit);
        Assert.Equal(ExitCode.Refused, TargetVerdict.Of("a", null, [Trial(unread), Trial(Of(FailureCode.SignatureInvalid))], None).Problem!.Exit);
    }

    [Fact]
    public void A_run_is_zero_only_when_there_was_something_and_all_of_it_is_verified()
    {
        var nothing = new RunSummary(0, 0, 0, null, []);
        Assert.Equal(ExitCode.NotChecked, nothing.Exit);
        var verified = nothing.With(new TargetVerdict("a", null, [], null));
        Assert.Equal(ExitCode.Verified, verified.Exit);
        var unchecked_ = verified.With(TargetVerdict.Failed("b", ProblemException.NotChecked("fault", "remedy").Problem));
        Assert.Equal(ExitCode.NotChecked, unchecked_.Exit);
        Assert.Equal(ExitCode.Refused, unchecked_.With(TargetVerdict.Failed("c", None)).Exit);
        Assert.Equal(ExitCode.Usage, RunSummary.Of(["a"], () => throw ProblemException.Usage("fault")).Exit);
    }

    private static bool IsEqualRank(FailureCode one, FailureCode other) =>
        (one, other) is (FailureCode.IssuerMismatch, FailureCode.SelfHostedRunner) or (FailureCode.DigestMismatch, FailureCode.SubjectMismatch);

    private static Problem Of(FailureCode code) => Problem.Of(new VerificationFailure(code, "Fault."));

    private static Trial Trial(Problem problem) => new("origin", null, problem);
}
