using SigningAction.Evidence.Policy;
using static SigningAction.Evidence.Tests.Policy.PolicySamples;

namespace SigningAction.Evidence.Tests.Policy;

public sealed class AllowRequirementsTests
{
    [Theory]
    [InlineData(PipelineClaim.Issuer)]
    [InlineData(PipelineClaim.RepositoryId)]
    [InlineData(PipelineClaim.Event)]
    [InlineData(PipelineClaim.Workflow)]
    [InlineData(PipelineClaim.Ref)]
    public void An_allow_rule_without_what_it_must_ask_cannot_be_built(PipelineClaim claim)
    {
        var refused = Assert.Throws<ArgumentException>(() => PolicyRule.Allow("release", 1, Without(claim)));
        Assert.Contains(PipelineClaims.Name(claim), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_does_not_stand_in_for_an_id()
    {
        Condition[] named =
        [
            .. Without(PipelineClaim.RepositoryId), Condition.OneOf(PipelineClaim.Repository, "octo/app"), Condition.OneOf(PipelineClaim.Owner, "octo"),
        ];
        Assert.Contains("repository_id or owner_id", Assert.Throws<ArgumentException>(() => PolicyRule.Allow("release", 1, named)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PipelineClaim.Issuer)]
    [InlineData(PipelineClaim.RepositoryId)]
    [InlineData(PipelineClaim.OwnerId)]
    [InlineData(PipelineClaim.Event)]
    [InlineData(PipelineClaim.WorkflowCommit)]
    [InlineData(PipelineClaim.CallerCommit)]
    [InlineData(PipelineClaim.Runner)]
    [InlineData(PipelineClaim.Visibility)]
    public void Ids_events_commits_and_words_take_no_pattern(PipelineClaim claim) =>
        Assert.Contains("exact values only", Assert.Throws<ArgumentException>(() => Allow(Condition.Matching(claim, Pattern(".*")))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_rule_has_one_issuer() => Assert.Contains(
        "one issuer",
        Assert.Throws<ArgumentException>(() => Allow(Condition.OneOf(PipelineClaim.Issuer, "https://a.example", "https://b.example"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_reusable_workflow_known_by_name_only_must_be_pinned()
    {
        Condition[] foreign = [.. Without(PipelineClaim.Workflow), Condition.OneOf(PipelineClaim.ReusableWorkflow, "octo/ci/.github/workflows/b.yml@refs/heads/main")];
        Assert.Contains("workflow_commit", Assert.Throws<ArgumentException>(() => PolicyRule.Allow("r", 1, foreign)).Message, StringComparison.Ordinal);

        _ = PolicyRule.Allow("r", 1, [.. foreign, Condition.OneOf(PipelineClaim.WorkflowCommit, new string('2', 40))]);
        _ = PolicyRule.Allow("r", 1, [.. foreign, Condition.OneOf(PipelineClaim.Owner, "octo"), Condition.OneOf(PipelineClaim.OwnerId, "99")]);

        // The owner of the source must be the owner of the file, by id, and exactly.
        Refused(Condition.OneOf(PipelineClaim.Owner, "octo"));
        Refused(Condition.OneOf(PipelineClaim.OwnerId, "99"));
        Refused(Condition.OneOf(PipelineClaim.Owner, "oct"), Condition.OneOf(PipelineClaim.OwnerId, "99"));
        Refused(Condition.Matching(PipelineClaim.Owner, Pattern("octo")), Condition.OneOf(PipelineClaim.OwnerId, "99"));

        void Refused(params Condition[] more) => _ = Assert.Throws<ArgumentException>(() => PolicyRule.Allow("r", 1, [.. foreign, .. more]));
    }

    [Fact]
    public void A_rule_names_its_file_in_one_way_only() => _ = Assert.Throws<ArgumentException>(() => Allow(
        Condition.OneOf(PipelineClaim.ReusableWorkflow, "octo/ci/.github/workflows/b.yml@refs/heads/main"), Condition.OneOf(PipelineClaim.WorkflowCommit, new string('2', 40))));

    [Fact]
    public void A_rule_without_a_name_or_a_condition_or_with_two_of_a_claim_cannot_be_built()
    {
        _ = Assert.Throws<ArgumentException>(() => PolicyRule.Deny(" ", 1, [Condition.OneOf(PipelineClaim.Event, "push")]));
        _ = Assert.Throws<ArgumentException>(() => PolicyRule.Deny("all", 1, []));
        _ = Assert.Throws<ArgumentException>(() => PolicyRule.Deny("twice", 1, [Condition.OneOf(PipelineClaim.Event, "push"), Condition.OneOf(PipelineClaim.Event, "release")]));
    }
}
