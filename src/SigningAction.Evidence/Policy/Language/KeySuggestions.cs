namespace SigningAction.Evidence.Policy.Language;

/// <summary>What the author of an unknown key most likely meant.</summary>
internal static class KeySuggestions
{
    /// <summary>Words of platforms and of other policy languages. GitHub's own names for commits are the wrong way round for most readers.</summary>
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["rules"] = "rules stand under allow or deny",
        ["effect"] = "rules stand under allow or deny",
        ["sub"] = "the token's subject is never matched, its format is the pipeline's choice: use repository_id, workflow, ref and environment",
        ["subject"] = "the token's subject is never matched, its format is the pipeline's choice: use repository_id, workflow, ref and environment",
        ["repository_owner"] = "did you mean owner?",
        ["repository_owner_id"] = "did you mean owner_id?",
        ["job_workflow_ref"] = "use workflow (a file of the repository itself) or reusable_workflow (of another one)",
        ["workflow_ref"] = "use caller_workflow for the top-level file, workflow or reusable_workflow for the file that runs the job",
        ["job_workflow_sha"] = "did you mean workflow_commit?",
        ["workflow_sha"] = "use caller_commit for the top-level file (GitHub's workflow_sha), workflow_commit for the file that runs the job (GitHub's job_workflow_sha)",
        ["caller_sha"] = "did you mean caller_commit?",
        ["event_name"] = "did you mean event?",
        ["events"] = "did you mean event?",
        ["branch"] = "use ref, for example refs/heads/main",
        ["tag"] = "use ref, for example refs/tags/v1",
        ["runner_environment"] = "did you mean runner?",
        ["repository_visibility"] = "did you mean visibility?",
    };

    public static string For(string key, IReadOnlyCollection<string> allowed)
    {
        if (Known.TryGetValue(key, out var hint))
        {
            return hint;
        }

        return NearestName.Of(key, allowed) is { } nearest ? $"did you mean {nearest}?" : $"allowed here: {string.Join(", ", allowed)}";
    }
}
