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

        // A distance costs the product of the lengths; nobody mistypes a key into a novel.
        var nearest = key.Length > 64 ? null : allowed.MinBy(candidate => Distance(key, candidate));
        return nearest is not null && Distance(key, nearest) <= Math.Max(2, nearest.Length / 3)
            ? $"did you mean {nearest}?"
            : $"allowed here: {string.Join(", ", allowed)}";
    }

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
