using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Testing.Policy;
using static SigningAction.Evidence.Tests.Policy.PolicySamples;

namespace SigningAction.Evidence.Tests.Policy;

public sealed class SigningPolicyTests
{
    private static readonly PipelineIdentity Release = SamplePipelines.Release;

    [Fact]
    public void What_a_rule_describes_is_allowed_and_names_the_rule_and_the_version()
    {
        var decision = Compile(Allow()).Decide(Release);
        Assert.True(decision.IsAllowed);
        Assert.Equal("release", decision.Rule?.Name);
        Assert.Null(decision.Missed);
        Assert.Equal(FileDigest, decision.PolicyVersion);
    }

    [Fact]
    public void A_policy_without_rules_refuses()
    {
        SigningPolicy.DenyAll(FileDigest).Refuses(Release, PolicyReason.NoRules);
        _ = Assert.Throws<ArgumentException>(() => SigningPolicy.Compile(FileDigest, []));
        _ = Assert.Throws<ArgumentException>(() => Compile(Allow(), Allow()));
    }

    [Theory] // P-01, P-02
    [InlineData("pull_request_target")]
    [InlineData("workflow_run")]
    [InlineData("issue_comment")]
    [InlineData("pull_request")]
    [InlineData("fork")]
    [InlineData("Push")]
    [InlineData("push ")]
    public void An_event_with_the_base_branchs_ref_is_refused_unless_a_rule_names_it(string name)
    {
        var identity = Release with { Event = name };
        Compile(Allow()).Refuses(identity, PolicyReason.EventNotAllowed, PipelineClaim.Event);
        Assert.Contains(name.TrimEnd(), Compile(Allow()).Decide(identity).Explain(), StringComparison.Ordinal);
        Compile(Allow(Condition.OneOf(PipelineClaim.Event, name))).Allows(identity);
    }

    [Fact] // P-02
    public void A_pull_request_is_refused_for_its_event_before_its_ref() =>
        Compile(Allow()).Refuses(SamplePipelines.At("refs/pull/7/merge") with { Event = "pull_request" }, PolicyReason.EventNotAllowed, PipelineClaim.Event);

    [Fact] // P-07
    public void Another_environment_than_the_rules_is_refused_and_so_is_none()
    {
        var policy = Compile(Allow(Condition.OneOf(PipelineClaim.Environment, "production")));
        policy.Allows(Release with { Environment = "production" });
        policy.Refuses(Release with { Environment = "prod:ref:refs/heads/main" }, PolicyReason.EnvironmentNotAllowed, PipelineClaim.Environment);
        policy.Refuses(Release with { Environment = null }, PolicyReason.ClaimMissing, PipelineClaim.Environment);
    }

    [Fact] // P-03
    public void A_strangers_repository_that_calls_the_trusted_workflow_is_refused()
    {
        var trusted = Allow([.. Trusted("octo/ci/.github/workflows/build.yml@refs/heads/main")]);
        var stranger = SamplePipelines.Calling("octo/ci/.github/workflows/build.yml@refs/heads/main") with
        {
            RepositoryUri = "https://github.com/evil/app",
            RepositoryId = "666",
            OwnerUri = "https://github.com/evil",
            OwnerId = "66",
            CallerUri = "https://github.com/evil/app/.github/workflows/release.yml@refs/heads/main",
        };
        TrustedPolicy().Refuses(stranger, PolicyReason.RepositoryNotAllowed, PipelineClaim.RepositoryId);
        TrustedPolicy().Allows(SamplePipelines.Calling("octo/ci/.github/workflows/build.yml@refs/heads/main"));

        SigningPolicy TrustedPolicy() => Compile(trusted);
    }

    [Theory] // P-04
    [InlineData("evil/ci/.github/workflows/release.yml@refs/heads/main")]
    [InlineData("octo/app2/.github/workflows/release.yml@refs/heads/main")]
    [InlineData("octo/app.github/workflows/release.yml@refs/heads/main")]
    [InlineData("octo/app/.github/workflows/release.yml@refs/tags/v1")]
    public void A_file_of_another_repository_or_ref_is_refused_unless_a_rule_names_it(string file)
    {
        var identity = SamplePipelines.Calling(file);
        Compile(Allow(Condition.OneOf(PipelineClaim.CallerWorkflow, ".github/workflows/release.yml"))).Refuses(identity, PolicyReason.WorkflowNotAllowed, PipelineClaim.Workflow);
        Compile(Allow(Condition.Matching(PipelineClaim.Workflow, Pattern(".*")))).Refuses(identity, PolicyReason.WorkflowNotAllowed, PipelineClaim.Workflow);
        Assert.Contains(file, Compile(Allow()).Decide(identity).Explain(), StringComparison.Ordinal);
    }

    [Fact] // P-04
    public void The_caller_is_matched_beside_the_file_it_calls()
    {
        var file = "octo/ci/.github/workflows/build.yml@refs/heads/main";
        var policy = Compile(Allow([.. Trusted(file), Condition.OneOf(PipelineClaim.CallerWorkflow, ".github/workflows/release.yml")]));
        policy.Allows(SamplePipelines.Calling(file));
        policy.Refuses(
            SamplePipelines.Calling(file) with { CallerUri = "https://github.com/octo/app/.github/workflows/other.yml@refs/heads/main" },
            PolicyReason.WorkflowNotAllowed,
            PipelineClaim.CallerWorkflow);
    }

    [Theory] // P-05
    [InlineData("repo:octocat-123456/app:ref:refs/heads/main")]
    [InlineData("repo:octo/app:environment:production")]
    public void Ids_decide_whatever_the_subject_says(string subject)
    {
        Compile(Allow()).Allows(Release with { Subject = subject });
        Compile(Allow()).Refuses(Release with { Subject = subject, RepositoryId = "123456" }, PolicyReason.RepositoryNotAllowed, PipelineClaim.RepositoryId);
    }

    [Fact]
    public void The_same_id_at_another_issuer_is_another_repository() =>
        Compile(Allow()).Refuses(Release with { Issuer = SamplePipelines.GitHub + "/enterprise" }, PolicyReason.IssuerNotAllowed, PipelineClaim.Issuer);

    [Fact] // P-06, without the alert
    public void A_reused_name_is_refused_and_said_to_be_reused() =>
        Compile(Allow(Condition.OneOf(PipelineClaim.Repository, "octo/app"))).Refuses(Release with { RepositoryId = "777" }, PolicyReason.NameReused, PipelineClaim.RepositoryId);

    [Fact]
    public void A_renamed_repository_is_refused_by_a_rule_that_has_its_name() =>
        Compile(Allow(Condition.OneOf(PipelineClaim.Repository, "octo/old"))).Refuses(Release, PolicyReason.NameChanged, PipelineClaim.Repository);

    [Theory] // P-07
    [InlineData("refs/tags/main")]
    [InlineData("refs/heads/refs/heads/main")]
    [InlineData("refs/heads/main2")]
    [InlineData("refs/heads/x/main")]
    public void A_ref_of_a_similar_name_is_refused(string reference) =>
        Compile(Allow()).Refuses(SamplePipelines.At(reference), PolicyReason.RefNotAllowed, PipelineClaim.Ref);

    [Fact] // P-07
    public void A_tag_rule_does_not_take_a_branch_that_is_named_like_a_ref() =>
        Compile(Allow(Condition.Matching(PipelineClaim.Ref, Pattern("refs/tags/v[0-9]+"))))
            .Refuses(SamplePipelines.At("refs/heads/refs/tags/v1"), PolicyReason.RefNotAllowed, PipelineClaim.Ref);

    [Fact] // P-07
    public void An_environment_that_looks_like_a_subject_says_nothing_about_the_ref() =>
        Compile(Allow(Condition.OneOf(PipelineClaim.Environment, "prod"))).Refuses(
            SamplePipelines.At("refs/heads/evil") with { Environment = "prod:ref:refs/heads/main" }, PolicyReason.RefNotAllowed, PipelineClaim.Ref);

    [Fact] // P-08
    public void A_moved_tag_is_refused_by_the_pinned_commit()
    {
        var policy = Compile(Allow(Condition.OneOf(PipelineClaim.WorkflowCommit, SamplePipelines.Commit)));
        policy.Allows(Release);
        policy.Refuses(Release with { SignerDigest = new string('3', 40) }, PolicyReason.CommitNotAllowed, PipelineClaim.WorkflowCommit);
    }

    [Fact] // P-09
    public void A_self_hosted_runner_is_refused_where_the_rule_says_hosted() =>
        Compile(Allow(Condition.OneOf(PipelineClaim.Runner, "github-hosted")))
            .Refuses(Release with { RunnerEnvironment = "self-hosted" }, PolicyReason.RunnerNotAllowed, PipelineClaim.Runner);

    [Fact] // P-10
    public void A_repository_whose_visibility_flipped_is_refused() =>
        Compile(Allow(Condition.OneOf(PipelineClaim.Visibility, "private"))).Refuses(Release, PolicyReason.VisibilityNotAllowed, PipelineClaim.Visibility);

    [Theory] // P-12
    [InlineData(null)]
    [InlineData("")]
    public void A_missing_claim_meets_no_condition(string? nothing)
    {
        Compile(Allow()).Refuses(Release with { Event = nothing }, PolicyReason.ClaimMissing, PipelineClaim.Event);
        Compile(Allow(Condition.Matching(PipelineClaim.Ref, Pattern(".*")))).Refuses(Release with { SourceRef = nothing }, PolicyReason.ClaimMissing, PipelineClaim.Ref);
        Compile(Allow(Condition.Matching(PipelineClaim.Environment, Pattern(".*")))).Refuses(Release with { Environment = nothing }, PolicyReason.ClaimMissing, PipelineClaim.Environment);
        Compile(Allow()).Refuses(Release with { RepositoryUri = nothing }, PolicyReason.ClaimMissing, PipelineClaim.Workflow);
        Compile(Allow()).Refuses(Release with { RepositoryId = nothing }, PolicyReason.ClaimMissing, PipelineClaim.RepositoryId);
        Compile(Allow()).Refuses(Release with { RepositoryId = nothing, OwnerId = nothing }, PolicyReason.IdsMissing);
    }

    [Theory] // P-15
    [InlineData(false)]
    [InlineData(true)]
    public void A_deny_rule_wins_in_whatever_order(bool denyFirst)
    {
        var deny = PolicyRule.Deny("frozen", 3, [Condition.OneOf(PipelineClaim.RepositoryId, SamplePipelines.RepositoryId)]);
        var policy = denyFirst ? Compile(deny, Allow()) : Compile(Allow(), deny);
        policy.Refuses(Release, PolicyReason.DeniedByRule);
        Assert.Equal("frozen", policy.Decide(Release).Rule?.Name);
    }

    [Fact]
    public void A_deny_rule_applies_where_the_platform_kept_silent_but_not_where_absence_is_an_answer()
    {
        Compile(Allow(), Deny(Condition.OneOf(PipelineClaim.Visibility, "private"))).Refuses(Release with { Visibility = null }, PolicyReason.DeniedByRule);
        Compile(Allow(), Deny(Condition.OneOf(PipelineClaim.Environment, "staging"))).Allows(Release with { Environment = null });
        Compile(Allow(), Deny(Condition.OneOf(PipelineClaim.ReusableWorkflow, "evil/ci/x.yml@refs/heads/main"))).Allows(Release);

        static PolicyRule Deny(Condition condition) => PolicyRule.Deny("deny", 1, [condition]);
    }

    [Theory] // P-20
    [InlineData("Octo/app")]
    [InlineData("\u043Ecto/app")]
    public void A_name_that_looks_the_same_is_another(string name)
    {
        var policy = Compile(Allow(Condition.OneOf(PipelineClaim.Repository, "octo/app")));
        var identity = Release with { RepositoryUri = "https://github.com/" + name, SignerUri = $"https://github.com/{name}/.github/workflows/release.yml@refs/heads/main" };
        policy.Refuses(identity, PolicyReason.NameChanged, PipelineClaim.Repository);
        Assert.DoesNotContain("\u043E", policy.Decide(identity).Explain(), StringComparison.Ordinal);
    }

    [Fact] // P-16
    public void Ten_thousand_rules_decide_and_more_are_refused()
    {
        var rules = Enumerable.Range(0, Limits.PolicyRules - 1)
            .Select(i => PolicyRule.Allow($"rule {i}", i, With(Condition.OneOf(PipelineClaim.RepositoryId, $"9{i}"))))
            .Append(Allow())
            .ToArray();
        Compile(rules).Allows(Release);
        Compile(rules).Refuses(SamplePipelines.At("refs/heads/x"), PolicyReason.RefNotAllowed, PipelineClaim.Ref);
        _ = Assert.Throws<ArgumentException>(() => Compile([.. rules, PolicyRule.Deny("one more", 1, [Condition.OneOf(PipelineClaim.Event, "fork")])]));
    }

    private static IEnumerable<Condition> Trusted(string file) =>
    [
        Condition.OneOf(PipelineClaim.ReusableWorkflow, file),
        Condition.OneOf(PipelineClaim.WorkflowCommit, new string('2', 40)),
    ];

    private static PolicyRule Allow(params Condition[] more) => more.Any(condition => condition.Claim == PipelineClaim.ReusableWorkflow)
        ? PolicyRule.Allow("release", 7, With(more).Where(condition => condition.Claim != PipelineClaim.Workflow))
        : PolicySamples.Allow(more);
}
