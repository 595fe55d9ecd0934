namespace SigningAction.Evidence.Policy;

/// <summary>
/// How far an allow rule that does not apply is from an identity. The smallest is the rule that its author most likely meant: one for this
/// issuer and these ids comes first, then one that has the name with another id, then the one with the fewest conditions missed, then the
/// one with the most met, then the first in the file (<see cref="Enumerable.Min{TSource}(IEnumerable{TSource})"/> keeps the first of equals).
/// </summary>
internal sealed record RuleDistance(PolicyRule Rule, bool IsForIds, bool NameIsReused, int Missed, Condition FirstMissed, bool OwnerIsOther) : IComparable<RuleDistance>
{
    public static RuleDistance Of(PolicyRule rule, ClaimValues values)
    {
        var missed = rule.Conditions.Where(condition => !rule.IsMet(condition, values)).ToArray();
        var isForIds = !missed.Any(condition => IsId(condition.Claim));
        var reused = HasNameWithoutId(PipelineClaim.Repository, PipelineClaim.RepositoryId) || HasNameWithoutId(PipelineClaim.Owner, PipelineClaim.OwnerId);
        var sameIssuer = missed.All(condition => condition.Claim != PipelineClaim.Issuer);

        // By the order of the claims its issuer and its repository id are met where this is the first that is missed.
        var isOther = missed[0].Claim == PipelineClaim.OwnerId && rule.Conditions.Any(condition => condition.Claim == PipelineClaim.RepositoryId);
        return new RuleDistance(rule, isForIds, sameIssuer && reused, missed.Length, missed[0], isOther);

        // A pattern over names is no name: it is meant to match many.
        bool HasNameWithoutId(PipelineClaim name, PipelineClaim id) =>
            values[id].Value is not null
            && missed.Any(condition => condition.Claim == id)
            && rule.Conditions.Any(condition => condition.Claim == name && condition.Patterns.Count == 0 && rule.IsMet(condition, values));
    }

    public int CompareTo(RuleDistance? other)
    {
        if (other is null)
        {
            return -1;
        }

        return (!IsForIds, !NameIsReused, Missed, Missed - Rule.Conditions.Count)
            .CompareTo((!other.IsForIds, !other.NameIsReused, other.Missed, other.Missed - other.Rule.Conditions.Count));
    }

    private static bool IsId(PipelineClaim claim) => claim is PipelineClaim.Issuer or PipelineClaim.RepositoryId or PipelineClaim.OwnerId;
}
