using CsCheck;
using SigningAction.Evidence.Policy;
using SigningAction.Testing.Policy;
using static SigningAction.Evidence.Tests.Policy.PolicySamples;

namespace SigningAction.Evidence.Tests.Policy;

public sealed class PolicyPropertyTests
{
    private static readonly PipelineIdentity Release = SamplePipelines.Release;

    private static readonly Condition[] Optional =
    [
        Condition.OneOf(PipelineClaim.OwnerId, SamplePipelines.OwnerId),
        Condition.OneOf(PipelineClaim.Repository, "octo/app"),
        Condition.OneOf(PipelineClaim.Owner, "octo"),
        Condition.OneOf(PipelineClaim.WorkflowCommit, SamplePipelines.Commit),
        Condition.OneOf(PipelineClaim.CallerWorkflow, ".github/workflows/release.yml"),
        Condition.OneOf(PipelineClaim.CallerCommit, SamplePipelines.Commit),
        Condition.Matching(PipelineClaim.Environment, Pattern("prod(uction)?")),
        Condition.OneOf(PipelineClaim.Runner, "github-hosted"),
        Condition.OneOf(PipelineClaim.Visibility, "public", "internal"),
    ];

    /// <summary>One field of the identity, changed by a function; the names are those of the fields.</summary>
    private static readonly (string Field, Func<PipelineIdentity, Func<string, string?>, PipelineIdentity> Change, PipelineClaim[] Claims)[] Fields =
    [
        ("Issuer", (i, f) => i with { Issuer = f(i.Issuer) ?? "" }, [PipelineClaim.Issuer]),
        ("RepositoryId", (i, f) => i with { RepositoryId = f(i.RepositoryId!) }, [PipelineClaim.RepositoryId]),
        ("OwnerId", (i, f) => i with { OwnerId = f(i.OwnerId!) }, [PipelineClaim.OwnerId]),
        ("RepositoryUri", (i, f) => i with { RepositoryUri = f(i.RepositoryUri!) }, [PipelineClaim.Repository, PipelineClaim.Workflow]),
        ("OwnerUri", (i, f) => i with { OwnerUri = f(i.OwnerUri!) }, [PipelineClaim.Owner]),
        ("Event", (i, f) => i with { Event = f(i.Event!) }, [PipelineClaim.Event]),
        ("SignerUri", (i, f) => i with { SignerUri = f(i.SignerUri) ?? "" }, [PipelineClaim.Workflow]),
        ("SignerDigest", (i, f) => i with { SignerDigest = f(i.SignerDigest!) }, [PipelineClaim.WorkflowCommit]),
        ("CallerUri", (i, f) => i with { CallerUri = f(i.CallerUri!) }, [PipelineClaim.CallerWorkflow]),
        ("CallerDigest", (i, f) => i with { CallerDigest = f(i.CallerDigest!) }, [PipelineClaim.CallerCommit]),
        ("SourceRef", (i, f) => i with { SourceRef = f(i.SourceRef!) }, [PipelineClaim.Ref]),
        ("Environment", (i, f) => i with { Environment = f(i.Environment!) }, [PipelineClaim.Environment]),
        ("RunnerEnvironment", (i, f) => i with { RunnerEnvironment = f(i.RunnerEnvironment!) }, [PipelineClaim.Runner]),
        ("Visibility", (i, f) => i with { Visibility = f(i.Visibility!) }, [PipelineClaim.Visibility]),
    ];

    private static readonly Func<string, string?>[] Changes =
    [
        _ => null, _ => "", s => s + "x", s => s + "\n", s => s + "\0", s => " " + s, s => "x" + s, s => s[..^1], s => s[1..],
        s => char.ToUpperInvariant(s[0]) + s[1..], s => s.ToUpperInvariant(), s => s.Replace('o', '\u043E'), s => s + s, s => s.Replace("octo/app", "octo/app2", StringComparison.Ordinal),
        s => s.Replace("release.yml", "other.yml", StringComparison.Ordinal),
    ];

    [Fact]
    public void A_pipeline_that_is_allowed_is_refused_when_a_matched_claim_is_changed()
    {
        var refused = 0;
        Gen.Select(Gen.Int[0, (1 << Optional.Length) - 1], Gen.Int[0, Fields.Length - 1], Gen.Int[0, Changes.Length - 1], Gen.Bool).Sample((mask, field, change, withOthers) =>
        {
            var rule = Allow([.. Optional.Where((_, i) => (mask & (1 << i)) != 0)]);
            PolicyRule[] others =
            [
                PolicyRule.Allow("other", 1, With(Condition.OneOf(PipelineClaim.RepositoryId, "5"))),
                PolicyRule.Allow("same owner, other ref", 2, With(Condition.OneOf(PipelineClaim.OwnerId, SamplePipelines.OwnerId), Condition.OneOf(PipelineClaim.Ref, "refs/tags/v1"))),
            ];
            var policy = Compile(withOthers ? [others[0], rule, others[1]] : [rule]);
            policy.Allows(Release);

            var (_, apply, claims) = Fields[field];
            var changed = apply(Release, Changes[change]);
            if (changed == Release || !rule.Conditions.Any(condition => claims.Contains(condition.Claim) && !condition.IsMetBy(changed)))
            {
                return; // The change does not touch what the rule asks, or not visibly so (a ref inside the signer's URI).
            }

            _ = Interlocked.Increment(ref refused);
            var decision = policy.Decide(changed);
            Assert.False(decision.IsAllowed);
            Assert.NotEqual(PolicyReason.None, decision.Reason);
            Assert.DoesNotContain(decision.Explain(), char.IsControl);
        }, iter: 5000);
        Assert.True(refused > 1000);
    }

    [Fact]
    public void A_changed_claim_that_a_rule_asks_for_by_exact_value_never_meets_it()
    {
        foreach (var (field, apply, claims) in Fields)
        {
            foreach (var change in Changes)
            {
                var changed = apply(Release, change);
                var value = PipelineClaims.Read(changed, claims[0]).Value;
                var condition = Condition.OneOf(claims[0], PipelineClaims.Read(Release, claims[0]).Value!);
                Assert.True(value != PipelineClaims.Read(Release, claims[0]).Value == !condition.IsMetBy(changed), field);
            }
        }
    }

    /// <summary>The matcher is fast and explains; this says the same in two lines.</summary>
    [Fact]
    public void A_decision_is_no_deny_rule_and_one_allow_rule()
    {
        (PipelineClaim Claim, string[] Values)[] universe =
        [
            (PipelineClaim.RepositoryId, ["1", "2"]),
            (PipelineClaim.Event, ["push", "release"]),
            (PipelineClaim.Ref, ["refs/heads/main", "refs/tags/v1"]),
            (PipelineClaim.Runner, ["github-hosted", "self-hosted"]),
        ];
        var genIdentity = Gen.Int[0, 2].Array[4].Select(pick => Release with
        {
            RepositoryId = At(0, pick),
            Event = At(1, pick),
            SourceRef = At(2, pick),
            RunnerEnvironment = At(3, pick),
        });
        var genConditions = Gen.Int[0, 3].Array[4].Select(pick => universe.Select((entry, i) => pick[i] switch
        {
            0 => Condition.OneOf(entry.Claim, entry.Values[0]),
            1 => Condition.OneOf(entry.Claim, entry.Values[1]),
            _ => Condition.OneOf(entry.Claim, entry.Values),
        }).ToArray());
        var genRules = Gen.Select(genConditions, Gen.Bool).Array[1, 5].Select(list => list.Select((rule, i) => rule.Item2
            ? PolicyRule.Allow($"r{i}", i, With(rule.Item1))
            : PolicyRule.Deny($"r{i}", i, rule.Item1)).ToArray());
        var allowed = 0;
        Gen.Select(genIdentity, genRules).Sample((identity, rules) =>
        {
            var expected = rules.Where(rule => rule.Effect == PolicyEffect.Allow).Any(rule => rule.Conditions.All(condition => condition.IsMetBy(identity)))
                && !rules.Where(rule => rule.Effect == PolicyEffect.Deny).Any(rule => rule.Conditions.All(condition =>
                    PipelineClaims.Read(identity, condition.Claim).Value is null || condition.IsMetBy(identity)));
            allowed += expected ? 1 : 0;
            Assert.Equal(expected, Compile(rules).Decide(identity).IsAllowed);
        }, iter: 5000, threads: 1);
        Assert.True(allowed > 10, $"only {allowed} of the random pairs were allowed");

        string? At(int claim, int[] pick) => pick[claim] < 2 ? universe[claim].Values[pick[claim]] : null;
    }
}
