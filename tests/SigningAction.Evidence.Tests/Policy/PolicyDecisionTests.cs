using SigningAction.Evidence.Policy;
using SigningAction.Testing.Policy;
using static SigningAction.Evidence.Tests.Policy.PolicySamples;

namespace SigningAction.Evidence.Tests.Policy;

public sealed class PolicyDecisionTests
{
    private static readonly PipelineIdentity Release = SamplePipelines.Release;

    [Fact]
    public void A_refusal_names_the_rule_its_line_the_condition_the_value_and_the_remedy()
    {
        var decision = Compile(Allow()).Decide(SamplePipelines.At("refs/heads/dev"));
        Assert.Equal("refs/heads/dev", decision.Missed?.Value);
        Assert.Equal(
            "No rule allows https://github.com/octo/app (repository id 1234); 'release' (line 7) came closest: "
            + "ref must be 'refs/heads/main', the pipeline has 'refs/heads/dev'. Sign from the branch or tag that the rule names, or add a rule for this one.",
            decision.Explain());
        Assert.Equal(decision.Explain(), decision.ExplainToCaller());
    }

    [Fact]
    public void The_rule_of_the_pipelines_own_repository_comes_closest_however_much_it_misses()
    {
        var own = PolicyRule.Allow("own", 1, With(Condition.OneOf(PipelineClaim.Event, "release"), Condition.OneOf(PipelineClaim.Ref, "refs/tags/v1")));
        var other = PolicyRule.Allow("other", 2, With(Condition.OneOf(PipelineClaim.RepositoryId, "5")));
        Assert.Equal("own", Compile(other, own).Decide(Release).Rule?.Name);
    }

    [Fact]
    public void Of_two_rules_the_one_with_fewer_conditions_missed_comes_closest_and_of_equals_the_first()
    {
        var far = PolicyRule.Allow("far", 1, With(Condition.OneOf(PipelineClaim.Ref, "refs/tags/v1"), Condition.OneOf(PipelineClaim.Runner, "self-hosted")));
        var near = PolicyRule.Allow("near", 2, With(Condition.OneOf(PipelineClaim.Ref, "refs/tags/v2")));
        var equal = PolicyRule.Allow("equal", 3, With(Condition.OneOf(PipelineClaim.Ref, "refs/tags/v3")));
        Assert.Equal("near", Compile(far, near, equal).Decide(Release).Rule?.Name);
    }

    [Fact]
    public void A_stranger_learns_nothing_of_the_rules_for_others()
    {
        var stranger = Release with { RepositoryUri = "https://github.com/evil/app", RepositoryId = "666", OwnerId = "66" };
        var decision = Compile(Allow()).Decide(stranger);
        Assert.Equal(PolicyReason.RepositoryNotAllowed, decision.Reason);
        Assert.Contains("1234", decision.Explain(), StringComparison.Ordinal);
        Assert.Equal(
            "No rule of the signing policy is for https://github.com/evil/app (repository id 666). " + PolicyReasons.Remedy(PolicyReason.RepositoryNotAllowed),
            decision.ExplainToCaller());
    }

    [Fact]
    public void A_repository_that_moved_to_another_owner_is_told_so_and_not_that_its_id_is_missing()
    {
        var moved = Release with { OwnerId = "66" };
        var decision = Compile(Allow(Condition.OneOf(PipelineClaim.OwnerId, "99"))).Decide(moved);
        Assert.Equal(("OWNER_CHANGED", PipelineClaim.OwnerId), (PolicyReasons.Text(decision.Reason), decision.Missed?.Claim));
        Assert.EndsWith("check who owns it now, then correct owner_id.", decision.ExplainToCaller(), StringComparison.Ordinal);
        Assert.DoesNotContain("99", decision.ExplainToCaller(), StringComparison.Ordinal);

        // Without its id in the rule, or from another issuer, it is a stranger as before.
        var stranger = moved with { RepositoryId = "666" };
        Assert.Equal(PolicyReason.RepositoryNotAllowed, Compile(Allow(Condition.OneOf(PipelineClaim.OwnerId, "99"))).Decide(stranger).Reason);
    }

    [Fact]
    public void A_pattern_that_is_none_is_told_what_and_where()
    {
        Assert.False(AnchoredPattern.TryCompile("refs/[a-z", out _, out var fault));
        Assert.Matches(@"\Aunterminated bracket at character [0-9]+\z", fault);
        Assert.False(AnchoredPattern.TryCompile("(?=a)", out _, out fault));
        Assert.StartsWith("look-around, back-references", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_and_bidi_characters_of_a_claim_are_escaped_in_every_text()
    {
        var decision = Compile(Allow()).Decide(SamplePipelines.At("refs/heads/\u001B[31m\u202Emain\r\n") with { RepositoryUri = "https://github.com/octo/app\u0007" });
        foreach (var text in new[] { decision.Explain(), decision.ExplainToCaller(), decision.ToString() })
        {
            Assert.DoesNotContain(text, char.IsControl);
            Assert.DoesNotContain('\u202E', text);
        }
    }

    [Fact]
    public void Every_reason_but_none_has_a_text_and_a_remedy()
    {
        foreach (var reason in Enum.GetValues<PolicyReason>().Where(reason => reason != PolicyReason.None))
        {
            Assert.Matches(@"\A[A-Z_]+\z", PolicyReasons.Text(reason));
            Assert.EndsWith(".", PolicyReasons.Remedy(reason), StringComparison.Ordinal);
        }

        Assert.Equal("EVENT_NOT_ALLOWED", PolicyReasons.Text(PolicyReason.EventNotAllowed));
    }
}
