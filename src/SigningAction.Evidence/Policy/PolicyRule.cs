using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy;

/// <summary>
/// A named rule: it applies when every condition is met. An allow rule states whose pipeline, what started it, which file and which ref
/// (<see cref="AllowRequirements"/>); less cannot be built.
/// </summary>
public sealed class PolicyRule
{
    // As an array: a decision walks thousands of rules, and an enumerator of the interface is an allocation each.
    private readonly Condition[] _conditions;

    private PolicyRule(PolicyEffect effect, string name, int line, IEnumerable<Condition> conditions)
    {
        Effect = effect;
        Name = name;
        Line = line;
        // In the order of the claims, so that the first one missed is the one that says most.
        _conditions = [.. conditions.OrderBy(condition => condition.Claim)];
        if (string.IsNullOrWhiteSpace(name) || name.Length > Limits.RuleNameCharacters)
        {
            throw new ArgumentException($"A rule has a name of 1 to {Limits.RuleNameCharacters} characters.", nameof(name));
        }

        if (_conditions.Length == 0 || _conditions.Zip(_conditions.Skip(1)).Any(pair => pair.First.Claim == pair.Second.Claim))
        {
            throw new ArgumentException("A rule has at least one condition, and one a claim.", nameof(conditions));
        }
    }

    /// <summary>Whether it allows or denies.</summary>
    public PolicyEffect Effect { get; }

    /// <summary>Name for messages and the audit.</summary>
    public string Name { get; }

    /// <summary>Line of the policy file where the rule begins, from 1; 0 when it did not come from a file.</summary>
    public int Line { get; }

    /// <summary>All of these must be met, one a claim, in the order of <see cref="PipelineClaim"/>.</summary>
    public IReadOnlyList<Condition> Conditions => _conditions;

    /// <summary>A rule that allows.</summary>
    /// <exception cref="ArgumentException">It would allow more than a rule may: see <see cref="AllowRequirements"/>.</exception>
    public static PolicyRule Allow(string name, int line, IEnumerable<Condition> conditions)
    {
        var rule = new PolicyRule(PolicyEffect.Allow, name, line, conditions);
        return AllowRequirements.Missing(rule.Conditions).FirstOrDefault() is { } missing
            ? throw new ArgumentException(missing, nameof(conditions))
            : rule;
    }

    /// <summary>A rule that refuses, whatever other rules say.</summary>
    /// <exception cref="ArgumentException">No condition: to refuse everything, have no allow rule.</exception>
    public static PolicyRule Deny(string name, int line, IEnumerable<Condition> conditions) => new(PolicyEffect.Deny, name, line, conditions);

    /// <summary>
    /// Whether the rule applies. A claim that the platform kept silent about meets no condition of an allow rule and every condition
    /// of a deny rule: not knowing refuses.
    /// </summary>
    internal bool Applies(ClaimValues values)
    {
        foreach (var condition in _conditions)
        {
            if (!IsMet(condition, values))
            {
                return false;
            }
        }

        return true;
    }

    internal bool IsMet(Condition condition, ClaimValues values)
    {
        var value = values[condition.Claim];
        return (Effect == PolicyEffect.Deny && value.IsUnknown) || condition.IsMetBy(value.Value);
    }
}
