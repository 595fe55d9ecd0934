using System.Globalization;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Authority.Policy;

/// <summary>What <c>policy explain</c> says about one policy and one pipeline. All texts are fit to be shown.</summary>
/// <param name="Policy">The policy file as it was named.</param>
/// <param name="PolicyVersion">SHA-256 of it in lowercase hexadecimal, as it stands in the audit.</param>
/// <param name="Allowed">Whether the policy allows the pipeline.</param>
/// <param name="Reason">The code that the authority would answer and audit.</param>
/// <param name="Explanation">What was decided and what to do: the audit's sentences.</param>
/// <param name="Pipeline">Source repository, or what runs the job; null when the claims are no pipeline's.</param>
/// <param name="Rule">The rule that allowed or denied, or the allow rule that came closest; null when there is none.</param>
/// <param name="Missed">The condition of the closest rule for which it was refused; null in any other decision.</param>
/// <param name="AlsoMissed">Further conditions of that rule that are not met: what would refuse next.</param>
public sealed record PolicyExplanation(
    string Policy,
    string PolicyVersion,
    bool Allowed,
    string Reason,
    string Explanation,
    string? Pipeline,
    ExplainedRule? Rule,
    ExplainedCondition? Missed,
    IReadOnlyList<ExplainedCondition> AlsoMissed)
{
    /// <summary>Explains a decision.</summary>
    public static PolicyExplanation Of(string file, PolicyDecision decision, PipelineIdentity identity)
    {
        var missed = decision.Missed;
        var also = missed is null ? [] : decision.Rule!.Conditions.Where(condition => condition != missed.Condition && !condition.IsMetBy(identity));
        return new PolicyExplanation(
            PrintableText.Neutralise(file),
            decision.PolicyVersion.ToString(),
            decision.IsAllowed,
            PolicyReasons.Text(decision.Reason),
            decision.Explain(),
            PrintableText.Exact(identity.RepositoryUri ?? identity.SignerUri),
            decision.Rule is { } rule ? new ExplainedRule(PrintableText.Exact(rule.Name), rule.Line) : null,
            missed is null ? null : Describe(missed.Condition, missed.Value),
            [.. also.Select(condition => Describe(condition, PipelineClaims.Read(identity, condition.Claim).Value))]);
    }

    /// <summary>The same for claims of which no identity can be made: the policy is not even asked.</summary>
    public static PolicyExplanation OfRefusedClaims(string file, SigningPolicy policy, string reason, string explanation) => new(
        PrintableText.Neutralise(file), policy.Version.ToString(), false, reason, explanation, null, null, null, []);

    /// <summary>For people: the verdict on the first line, then one thing a line.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{(Allowed ? "allowed" : "refused")}: {Reason}";
        if (Pipeline is not null)
        {
            yield return $"  pipeline   {Pipeline}";
        }

        if (Rule is not null)
        {
            var role = Allowed ? "allows it" : Missed is null ? "denies it" : "came closest";
            yield return $"  rule       {At(Rule.Line)} '{Rule.Name}' {role}";
        }

        if (Missed is not null)
        {
            yield return $"  missed     {At(Missed.Line)} {Missed.Claim} must be {Missed.Asked}";
            yield return $"  has        {Missed.Value ?? "nothing"}";
        }

        foreach (var condition in AlsoMissed)
        {
            yield return $"  then       {At(condition.Line)} {condition.Claim} must be {condition.Asked}, has {condition.Value ?? "nothing"}";
        }

        yield return $"  so         {Explanation}";
        yield return $"  version    {PolicyVersion}";
    }

    private string At(int line) => string.Create(CultureInfo.InvariantCulture, $"{Policy}:{line}:");

    private static ExplainedCondition Describe(Condition condition, string? value) =>
        new(PipelineClaims.Name(condition.Claim), condition.Asked, string.IsNullOrEmpty(value) ? null : $"'{PrintableText.Exact(value)}'", condition.Line);
}

/// <summary>A rule and where it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">The line where it begins, from 1.</param>
public sealed record ExplainedRule(string Name, int Line);

/// <summary>A condition that is not met.</summary>
/// <param name="Claim">What it asks about, as the policy language calls it.</param>
/// <param name="Asked">What it asks for.</param>
/// <param name="Value">What the pipeline has, in quotes; null when it has nothing.</param>
/// <param name="Line">The line where it stands, from 1.</param>
public sealed record ExplainedCondition(string Claim, string Asked, string? Value, int Line);
