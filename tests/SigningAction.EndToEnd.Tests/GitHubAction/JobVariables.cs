using System.Runtime.Versioning;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>What a runner puts into the environment of every step, with the host's paths.</summary>
[UnsupportedOSPlatform("windows")]
internal static class JobVariables
{
    /// <summary>The token of the runner's own services: no step of ours has a use for it.</summary>
    public const string RuntimeToken = "runtime-token-canary-3f9d20a1";

    public static Dictionary<string, string?> Of(LiveAuthority authority, StepFolders folders)
    {
        var run = authority.Issuer.Run;
        return new Dictionary<string, string?>
        {
            ["CI"] = "true",
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_ACTION"] = "__self",
            ["GITHUB_ACTION_REF"] = "v0.1.0",
            ["GITHUB_ACTION_REPOSITORY"] = "octo-org/SigningAction",
            ["GITHUB_ACTOR"] = "octocat",
            ["GITHUB_ACTOR_ID"] = "583231",
            ["GITHUB_API_URL"] = "https://api.github.com",
            ["GITHUB_BASE_REF"] = "",
            ["GITHUB_EVENT_NAME"] = run.Event,
            ["GITHUB_EVENT_PATH"] = Path.Combine(folders.Workflow, "event.json"),
            ["GITHUB_GRAPHQL_URL"] = "https://api.github.com/graphql",
            ["GITHUB_HEAD_REF"] = "",
            ["GITHUB_JOB"] = "release",
            ["GITHUB_REF"] = run.Ref,
            ["GITHUB_REF_NAME"] = run.Ref.Split('/')[^1],
            ["GITHUB_REF_PROTECTED"] = "true",
            ["GITHUB_REF_TYPE"] = "branch",
            ["GITHUB_REPOSITORY"] = run.Repository,
            ["GITHUB_REPOSITORY_ID"] = run.RepositoryId,
            ["GITHUB_REPOSITORY_OWNER"] = run.Owner,
            ["GITHUB_REPOSITORY_OWNER_ID"] = run.OwnerId,
            ["GITHUB_RETENTION_DAYS"] = "90",
            ["GITHUB_RUN_ATTEMPT"] = run.RunAttempt,
            ["GITHUB_RUN_ID"] = run.RunId,
            ["GITHUB_RUN_NUMBER"] = "10",
            ["GITHUB_SERVER_URL"] = "https://github.com",
            ["GITHUB_SHA"] = run.Sha,
            ["GITHUB_TRIGGERING_ACTOR"] = "octocat",
            ["GITHUB_WORKFLOW"] = run.Workflow,
            ["GITHUB_WORKFLOW_REF"] = $"{run.Repository}/{run.WorkflowFile}@{run.Ref}",
            ["GITHUB_WORKFLOW_SHA"] = run.Sha,
            ["GITHUB_WORKSPACE"] = folders.Workspace,
            ["GITHUB_OUTPUT"] = Path.Combine(folders.Commands, "output"),
            ["GITHUB_ENV"] = Path.Combine(folders.Commands, "env"),
            ["GITHUB_PATH"] = Path.Combine(folders.Commands, "path"),
            ["GITHUB_STATE"] = Path.Combine(folders.Commands, "state"),
            ["GITHUB_STEP_SUMMARY"] = Path.Combine(folders.Commands, "summary"),
            ["GITHUB_ARTIFACTS"] = Path.Combine(folders.Commands, "artifacts"),
            ["GITHUB_ARTIFACTS_LIST"] = Path.Combine(folders.Commands, "artifacts_list"),
            ["RUNNER_OS"] = "Linux",
            ["RUNNER_ARCH"] = "X64",
            ["RUNNER_NAME"] = "GitHub Actions 7",
            ["RUNNER_TEMP"] = folders.Temp,
            ["RUNNER_TOOL_CACHE"] = "/opt/hostedtoolcache",
            ["RUNNER_ENVIRONMENT"] = run.Runner,
            ["ACTIONS_ID_TOKEN_REQUEST_URL"] = authority.Issuer.RequestUrl,
            ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = authority.Issuer.RequestToken,
            ["ACTIONS_ORCHESTRATION_ID"] = "3b0a4c8e.release.__default",
        };
    }

    /// <summary>What actions get besides; lines of a shell do not.</summary>
    public static IReadOnlyDictionary<string, string> OfActions { get; } = new Dictionary<string, string>
    {
        ["ACTIONS_RUNTIME_URL"] = "https://pipelines.actions.test/",
        ["ACTIONS_RUNTIME_TOKEN"] = RuntimeToken,
        ["ACTIONS_RESULTS_URL"] = "https://results.actions.test/",
        ["ACTIONS_CACHE_URL"] = "https://cache.actions.test/",
    };
}
