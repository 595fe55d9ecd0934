using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy;

/// <summary>
/// A compiled signing policy: rules in, decision out. It never changes, so one decision sees one version. What no allow rule allows is
/// refused, and a deny rule wins over every allow rule, whatever their order.
/// </summary>
public sealed class SigningPolicy
{
    private SigningPolicy(Sha256Digest version, IReadOnlyList<PolicyRule> rules)
    {
        Version = version;
        Rules = rules;
        AllowRules = [.. rules.Where(rule => rule.Effect == PolicyEffect.Allow)];
        DenyRules = [.. rules.Where(rule => rule.Effect == PolicyEffect.Deny)];
    }

    /// <summary>SHA-256 of the file that the policy was compiled from.</summary>
    public Sha256Digest Version { get; }

    /// <summary>All rules in their order.</summary>
    public IReadOnlyList<PolicyRule> Rules { get; }

    /// <summary>Names of the rules that allow, in their order.</summary>
    public IEnumerable<string> AllowRuleNames => AllowRules.Select(rule => rule.Name);

    private PolicyRule[] AllowRules { get; }

    private PolicyRule[] DenyRules { get; }

    /// <summary>The policy that allows nothing.</summary>
    public static SigningPolicy DenyAll(Sha256Digest version) => new(version, []);

    /// <summary>Compiles rules.</summary>
    /// <exception cref="ArgumentException">
    /// No rule (to refuse everything say <see cref="DenyAll"/>), more than <see cref="Limits.PolicyRules"/>, or two of one name.
    /// </exception>
    public static SigningPolicy Compile(Sha256Digest version, IEnumerable<PolicyRule> rules)
    {
        var all = rules.ToArray();
        if (all.Length is 0 or > Limits.PolicyRules)
        {
            throw new ArgumentException($"A policy has 1 to {Limits.PolicyRules} rules.", nameof(rules));
        }

        return all.DistinctBy(rule => rule.Name, StringComparer.Ordinal).Count() == all.Length
            ? new SigningPolicy(version, all)
            : throw new ArgumentException("Two rules have the same name.", nameof(rules));
    }

    /// <summary>Decides about one identity.</summary>
    public PolicyDecision Decide(PipelineIdentity identity)
    {
        var values = new ClaimValues(identity);
        foreach (var rule in DenyRules)
        {
            if (rule.Applies(values))
            {
                return new PolicyDecision(Version, identity, PolicyReason.DeniedByRule, rule, null);
            }
        }

        // Every allow rule asks for an id, so none can apply without one; this says it plainly.
        if (values[PipelineClaim.RepositoryId].Value is null && values[PipelineClaim.OwnerId].Value is null)
        {
            return new PolicyDecision(Version, identity, AllowRules.Length == 0 ? PolicyReason.NoRules : PolicyReason.IdsMissing, null, null);
        }

        foreach (var rule in AllowRules)
        {
            if (rule.Applies(values))
            {
                return new PolicyDecision(Version, identity, PolicyReason.Allowed, rule, null);
            }
        }

        return Refuse(values);
    }

    /// <summary>Every rule that allows an identity, in their order; none where a rule denies it. <see cref="Decide"/> allows exactly when there is one.</summary>
    public IReadOnlyList<PolicyRule> RulesThatAllow(PipelineIdentity identity)
    {
        var values = new ClaimValues(identity);
        return Decide(identity).IsAllowed ? [.. AllowRules.Where(rule => rule.Applies(values))] : [];
    }

    private PolicyDecision Refuse(ClaimValues values)
    {
        if (AllowRules.Length == 0)
        {
            return new PolicyDecision(Version, values.Identity, PolicyReason.NoRules, null, null);
        }

        var closest = AllowRules.Select(rule => RuleDistance.Of(rule, values)).Min()!;
        var condition = closest.FirstMissed;
        var reason = closest switch
        {
            { NameIsReused: true } => PolicyReason.NameReused,
            _ when values[condition.Claim] is { Value: null, IsUnknown: var unknown } && (unknown || condition.Claim == PipelineClaim.Environment)
                => PolicyReason.ClaimMissing,
            { OwnerIsOther: true } => PolicyReason.OwnerChanged,
            _ => PolicyReasons.OfMissed(condition.Claim),
        };
        return new PolicyDecision(Version, values.Identity, reason, closest.Rule, MissedCondition.Of(condition, values));
    }
}
