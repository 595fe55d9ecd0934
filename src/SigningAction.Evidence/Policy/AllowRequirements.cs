namespace SigningAction.Evidence.Policy;

/// <summary>
/// What an allow rule must ask, so that leaving something out never allows more than its author saw:
/// <list type="bullet">
/// <item>the issuer, because the same id is another repository at another issuer;</item>
/// <item>the repository or its owner by numeric id, because a name is free again after a rename or deletion;</item>
/// <item>the event, by name, because <c>pull_request_target</c> and its kind run with the base branch's ref on a stranger's command;</item>
/// <item>the file that runs the job: either of the source itself, or of another repository or ref in so many words. Without the first a
/// stranger's file signs for this repository, without the ids any repository signs that calls the trusted file. Where a platform has no
/// file at a ref, the exact URI of what runs the job;</item>
/// <item>the ref, because whoever may push a branch may change the workflow on it.</item>
/// </list>
/// A file of another repository is known by name only. Its owner's name is safe where the rule has owner id and owner name and the file is
/// the same owner's; otherwise the rule pins the commit.
/// </summary>
public static class AllowRequirements
{
    private static readonly PipelineClaim[] ExactOnly =
    [
        PipelineClaim.Issuer, PipelineClaim.RepositoryId, PipelineClaim.OwnerId, PipelineClaim.Event, PipelineClaim.WorkflowCommit,
        PipelineClaim.CallerCommit, PipelineClaim.Runner, PipelineClaim.Visibility, PipelineClaim.SignerUri,
    ];

    private static readonly PipelineClaim[] Signers = [PipelineClaim.Workflow, PipelineClaim.ReusableWorkflow, PipelineClaim.SignerUri];

    /// <summary>Whether a claim takes exact values only: a pattern over ids, commits, events or a handful of words says more than anybody means.</summary>
    public static bool TakesOnlyExactValues(PipelineClaim claim) => ExactOnly.Contains(claim);

    /// <summary>What is missing in these conditions of an allow rule, one sentence with the remedy each; none when the rule may be built.</summary>
    public static IEnumerable<string> Missing(IReadOnlyCollection<Condition> conditions)
    {
        if (conditions.FirstOrDefault(condition => condition.Patterns.Count > 0 && TakesOnlyExactValues(condition.Claim)) is { } loose)
        {
            yield return $"{PipelineClaims.Name(loose.Claim)} takes exact values only: list them";
        }

        if (!Has(PipelineClaim.Issuer))
        {
            yield return "the issuer is missing: add issuer to the rule, or once at the top of the file";
        }
        else if (Find(PipelineClaim.Issuer)!.Values.Count > 1)
        {
            yield return "a rule has one issuer, because the same id is another repository at another issuer: write a rule for each";
        }

        if (!Has(PipelineClaim.RepositoryId) && !Has(PipelineClaim.OwnerId))
        {
            yield return "nothing binds the rule to a repository: add repository_id or owner_id (names can be taken over, ids cannot)";
        }

        if (!Has(PipelineClaim.Event))
        {
            yield return "the event is missing: add event, for example [push, workflow_dispatch]";
        }

        if (!Has(PipelineClaim.Ref))
        {
            yield return "the ref is missing: add ref, for example refs/heads/main or { pattern: 'refs/tags/v[0-9.]+' }";
        }

        if (Signers.Count(Has) != 1)
        {
            yield return "the rule must name what runs the job, in one way: add workflow (a file of the repository itself), "
                + "reusable_workflow (of another repository or ref) or signer_uri (where the platform has no such file)";
        }

        // In the other two ways the file's owner is vouched for; this way must be none around that.
        if (Find(PipelineClaim.SignerUri)?.Values.Any(uri => WorkflowUri.TryParse(uri, out _)) == true)
        {
            yield return "signer_uri is a file at a ref: write workflow or reusable_workflow";
        }

        if (Find(PipelineClaim.ReusableWorkflow) is { } reusable && !Has(PipelineClaim.WorkflowCommit) && !IsOfSameOwner(reusable))
        {
            yield return "a reusable_workflow is known by name only: add workflow_commit, or owner and owner_id if the file belongs to the same owner";
        }

        bool Has(PipelineClaim claim) => Find(claim) is not null;

        Condition? Find(PipelineClaim claim) => conditions.FirstOrDefault(condition => condition.Claim == claim);

        bool IsOfSameOwner(Condition files) =>
            Has(PipelineClaim.OwnerId)
            && Find(PipelineClaim.Owner) is { Patterns.Count: 0, Values: [var owner] }
            && files.Patterns.Count == 0
            && files.Values.All(file => file.StartsWith(owner + "/", StringComparison.Ordinal));
    }
}
