using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Policy;

/// <summary>What can never match, and what matches more than anybody means. Only what is certain is said: a warning that is wrong once is read never again.</summary>
internal static class PolicyWarnings
{
    private const string Workflows = ".github/workflows/";

    /// <summary>Events that start a workflow of GitHub Actions, as tokens name them. <c>workflow_call</c> is none: a called workflow has its caller's event.</summary>
    private static readonly string[] GitHubEvents =
    [
        "branch_protection_rule", "check_run", "check_suite", "create", "delete", "deployment", "deployment_status", "discussion", "discussion_comment", "dynamic", "fork", "gollum", "image_version",
        "issue_comment", "issues", "label", "merge_group", "milestone", "page_build", "project", "project_card", "project_column", "public", "pull_request", "pull_request_review",
        "pull_request_review_comment", "pull_request_target", "push", "registry_package", "release", "repository_dispatch", "schedule", "status", "watch", "workflow_dispatch", "workflow_run",
    ];

    /// <summary>Refs that no pattern has in common unless it takes every ref.</summary>
    private static readonly string[] UnlikeRefs = ["refs/heads/any-name", "refs/tags/0", "refs/pull/1/merge"];

    /// <summary>The warnings, in the order of the rules.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="policy">What it says.</param>
    /// <param name="issuers">The authority's issuers, and whether each is GitHub's; null when they are not known.</param>
    public static IEnumerable<PolicyWarning> Of(string file, SigningPolicy policy, IReadOnlyDictionary<string, bool>? issuers) =>
        from rule in policy.Rules
        from warning in Of(rule, issuers)
        select new PolicyWarning(file, warning.Line, $"rule '{PrintableText.Exact(rule.Name)}': {warning.Message}");

    private static IEnumerable<(int Line, string Message)> Of(PolicyRule rule, IReadOnlyDictionary<string, bool>? issuers)
    {
        var issuer = Find(rule, PipelineClaim.Issuer);
        foreach (var url in (issuer?.Values ?? []).Where(url => issuers?.ContainsKey(url) == false))
        {
            yield return (issuer!.Line, $"no issuer of the authority is '{PrintableText.Exact(url)}': it can never match. Add it to authority.json, or correct it");
        }

        foreach (var condition in rule.Conditions)
        {
            foreach (var message in condition.Claim switch
            {
                PipelineClaim.Ref => Patterns(condition, "refs/", "every ref begins with refs/heads/, refs/tags/ or refs/pull/"),
                PipelineClaim.Event when IsOfGitHub(issuer, issuers) => Events(condition),
                PipelineClaim.Workflow or PipelineClaim.CallerWorkflow when IsOfGitHub(issuer, issuers) => Files(condition),
                _ => [],
            })
            {
                yield return (condition.Line, message);
            }
        }

        if (rule.Effect == PolicyEffect.Allow && Find(rule, PipelineClaim.RepositoryId) is null && Find(rule, PipelineClaim.Repository) is null
            && Find(rule, PipelineClaim.Environment) is null && Find(rule, PipelineClaim.ReusableWorkflow) is null
            && Find(rule, PipelineClaim.Ref) is { } refs && UnlikeRefs.All(refs.IsMetBy))
        {
            yield return (rule.Line, "every repository of the owner may sign from every branch and pull request: whoever may push to any of them can. Name repositories or refs");
        }
    }

    private static IEnumerable<string> Events(Condition condition) =>
        from name in condition.Values
        where !GitHubEvents.Contains(name, StringComparer.Ordinal)
        select $"GitHub Actions has no event '{PrintableText.Exact(name)}': it can never match.{(NearestName.Of(name, GitHubEvents) is { } nearest ? $" Did you mean {nearest}?" : "")}";

    private static IEnumerable<string> Files(Condition condition) =>
        condition.Values.Where(path => !path.StartsWith(Workflows, StringComparison.Ordinal))
            .Select(path => $"'{PrintableText.Exact(path)}' can never match: workflows of GitHub Actions are below {Workflows}")
            .Concat(Patterns(condition, Workflows, $"workflows of GitHub Actions are below {Workflows}"));

    private static IEnumerable<string> Patterns(Condition condition, string beginning, string because) =>
        from pattern in condition.Patterns
        where !PatternStart.MayBeginWith(pattern.Pattern, beginning)
        select $"the pattern '{PrintableText.Exact(pattern.Pattern)}' can never match, because {because}. It is compared with the whole value";

    private static Condition? Find(PolicyRule rule, PipelineClaim claim) => rule.Conditions.FirstOrDefault(condition => condition.Claim == claim);

    /// <summary>By the authority's word, else by how GitHub's issuers are called: the public one, an enterprise's own, and GitHub Enterprise Server.</summary>
    private static bool IsOfGitHub(Condition? issuer, IReadOnlyDictionary<string, bool>? issuers) => issuer is not null && issuer.Values.All(url =>
        issuers is not null && issuers.TryGetValue(url, out var isGitHub)
            ? isGitHub
            : url == "https://token.actions.githubusercontent.com" || url.StartsWith("https://token.actions.githubusercontent.com/", StringComparison.Ordinal) || url.EndsWith("/_services/token", StringComparison.Ordinal));
}
