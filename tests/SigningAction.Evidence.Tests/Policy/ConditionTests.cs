using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Testing.Policy;

namespace SigningAction.Evidence.Tests.Policy;

public sealed class ConditionTests
{
    [Fact]
    public void A_condition_that_asks_nothing_cannot_be_built()
    {
        _ = Assert.Throws<ArgumentException>(() => Condition.OneOf(PipelineClaim.Ref));
        _ = Assert.Throws<ArgumentException>(() => Condition.OneOf(PipelineClaim.Ref, "refs/heads/main", ""));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => Condition.OneOf(PipelineClaim.None, "x"));
        _ = Assert.Throws<ArgumentException>(() => Condition.OneOf(PipelineClaim.Ref, Enumerable.Repeat("x", Limits.PolicyValues + 1)));
    }

    [Theory]
    [InlineData("refs/heads/main", true)]
    [InlineData("refs/tags/v1", true)]
    [InlineData("refs/heads/Main", false)]
    [InlineData("refs/heads/main ", false)]
    [InlineData("refs/heads/main\n", false)]
    [InlineData("refs/tags/main", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Exact_values_are_compared_character_by_character(string? value, bool met) =>
        Assert.Equal(met, Condition.OneOf(PipelineClaim.Ref, "refs/heads/main", "refs/tags/v1").IsMetBy(value));

    [Fact]
    public void The_options_of_gh_are_conditions_on_whole_values()
    {
        var identity = SamplePipelines.Release;
        Assert.True(Condition.OneOf(PipelineClaim.RepositoryUri, "https://github.com/octo/app").IsMetBy(identity));
        Assert.False(Condition.OneOf(PipelineClaim.RepositoryUri, "https://github.com/octo/ap").IsMetBy(identity));
        Assert.True(Condition.OneOf(PipelineClaim.OwnerUri, "https://github.com/octo").IsMetBy(identity));
        Assert.True(Condition.OneOf(PipelineClaim.SignerWorkflowUri, "https://github.com/octo/app/.github/workflows/release.yml").IsMetBy(identity));
        Assert.True(Condition.OneOf(PipelineClaim.Ref, "refs/heads/main").IsMetBy(identity));
        Assert.True(Condition.OneOf(PipelineClaim.Commit, SamplePipelines.Commit).IsMetBy(identity));
        Assert.True(Condition.OneOf(PipelineClaim.Runner, "github-hosted").IsMetBy(identity));
        Assert.False(Condition.OneOf(PipelineClaim.Runner, "github-hosted").IsMetBy(identity with { RunnerEnvironment = null }));
    }

    [Fact]
    public void Every_claim_has_a_name_and_reads_from_a_whole_identity()
    {
        foreach (var claim in Enum.GetValues<PipelineClaim>().Where(claim => claim is not (PipelineClaim.None or PipelineClaim.ReusableWorkflow)))
        {
            Assert.NotNull(PipelineClaims.Read(SamplePipelines.Release, claim).Value);
            Assert.Matches(@"\A[a-z_]+\z", PipelineClaims.Name(claim));
        }
    }
}
