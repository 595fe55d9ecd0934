using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Testing.Policy;

namespace SigningAction.Evidence.Tests.Policy;

internal static class PolicySamples
{
    public static Sha256Digest FileDigest { get; } = Sha256Digest.Of("a policy"u8);

    /// <summary>The least that an allow rule for octo/app's release may ask.</summary>
    public static Condition[] Required { get; } =
    [
        Condition.OneOf(PipelineClaim.Issuer, SamplePipelines.GitHub),
        Condition.OneOf(PipelineClaim.RepositoryId, SamplePipelines.RepositoryId),
        Condition.OneOf(PipelineClaim.Event, "push"),
        Condition.OneOf(PipelineClaim.Workflow, ".github/workflows/release.yml"),
        Condition.OneOf(PipelineClaim.Ref, "refs/heads/main"),
    ];

    public static Condition[] Without(PipelineClaim claim) => [.. Required.Where(condition => condition.Claim != claim)];

    /// <summary>The least rule and more conditions; one about a claim of the least rule replaces it.</summary>
    public static PolicyRule Allow(params Condition[] more) => PolicyRule.Allow("release", 7, With(more));

    public static IEnumerable<Condition> With(params Condition[] more) =>
        Required.Where(condition => more.All(other => other.Claim != condition.Claim)).Concat(more);

    public static SigningPolicy Compile(params PolicyRule[] rules) => SigningPolicy.Compile(FileDigest, rules);

    public static AnchoredPattern Pattern(string pattern) =>
        AnchoredPattern.TryCompile(pattern, out var compiled) ? compiled : throw new ArgumentException(pattern);

    public static void Refuses(this SigningPolicy policy, PipelineIdentity identity, PolicyReason reason, PipelineClaim missed = PipelineClaim.None)
    {
        var decision = policy.Decide(identity);
        Assert.Equal(reason, decision.Reason);
        Assert.False(decision.IsAllowed);
        Assert.Equal(missed, decision.Missed?.Claim ?? PipelineClaim.None);
    }

    public static void Allows(this SigningPolicy policy, PipelineIdentity identity) =>
        Assert.Equal(PolicyReason.Allowed, policy.Decide(identity).Reason);
}
