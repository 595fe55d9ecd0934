using System.Globalization;
using System.Text.Json.Nodes;

namespace SigningAction.Testing;

/// <summary>One job of a GitHub workflow run, as its token tells it. The defaults are a push to main of octo-org/octo-repo.</summary>
public sealed record WorkflowRun
{
    /// <summary>Owner of the repository.</summary>
    public string Owner { get; init; } = "octo-org";

    /// <summary>Numeric id of the owner.</summary>
    public string OwnerId { get; init; } = "65";

    /// <summary>Repository, <c>OWNER/NAME</c>.</summary>
    public string Repository { get; init; } = "octo-org/octo-repo";

    /// <summary>Numeric id of the repository.</summary>
    public string RepositoryId { get; init; } = "74";

    /// <summary><c>public</c>, <c>private</c> or <c>internal</c>.</summary>
    public string Visibility { get; init; } = "public";

    /// <summary>Ref that the run is for.</summary>
    public string Ref { get; init; } = "refs/heads/main";

    /// <summary>Commit that the run is for.</summary>
    public string Sha { get; init; } = "9f4bbf1c7e22a6a1b4d2c7ec0a3b1de0f5a6c7d8";

    /// <summary>Event that started it.</summary>
    public string Event { get; init; } = "push";

    /// <summary>Name of the workflow.</summary>
    public string Workflow { get; init; } = "release";

    /// <summary>Path of the top-level workflow file in the repository.</summary>
    public string WorkflowFile { get; init; } = ".github/workflows/release.yml";

    /// <summary>The called reusable workflow with its ref; null when the job is in the top-level file.</summary>
    public string? ReusableWorkflow { get; init; }

    /// <summary>Commit of the reusable workflow; null for the commit of the run.</summary>
    public string? ReusableWorkflowSha { get; init; }

    /// <summary>Deployment environment; null when the job names none.</summary>
    public string? Environment { get; init; }

    /// <summary><c>github-hosted</c> or <c>self-hosted</c>.</summary>
    public string Runner { get; init; } = "github-hosted";

    /// <summary>Id of the run.</summary>
    public string RunId { get; init; } = "1234567890";

    /// <summary>Attempt of the run.</summary>
    public string RunAttempt { get; init; } = "1";

    /// <summary>All claims as GitHub makes them: everything a string but the three times; <c>nbf</c> ten minutes back, five minutes of life.</summary>
    public JsonObject ToClaims(string issuer, string audience, DateTimeOffset now)
    {
        var caller = $"{Repository}/{WorkflowFile}@{Ref}";
        var seconds = now.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["jti"] = Guid.NewGuid().ToString("D", CultureInfo.InvariantCulture),
            ["sub"] = Environment is null ? $"repo:{Repository}:ref:{Ref}" : $"repo:{Repository}:environment:{Environment}",
            ["aud"] = audience,
            ["ref"] = Ref,
            ["sha"] = Sha,
            ["repository"] = Repository,
            ["repository_owner"] = Owner,
            ["repository_owner_id"] = OwnerId,
            ["run_id"] = RunId,
            ["run_number"] = "10",
            ["run_attempt"] = RunAttempt,
            ["repository_visibility"] = Visibility,
            ["repository_id"] = RepositoryId,
            ["actor_id"] = "12",
            ["actor"] = "octocat",
            ["workflow"] = Workflow,
            ["head_ref"] = "",
            ["base_ref"] = "",
            ["event_name"] = Event,
            ["ref_protected"] = "true",
            ["ref_type"] = Ref.StartsWith("refs/tags/", StringComparison.Ordinal) ? "tag" : "branch",
            ["workflow_ref"] = caller,
            ["workflow_sha"] = Sha,
            ["job_workflow_ref"] = ReusableWorkflow ?? caller,
            ["job_workflow_sha"] = ReusableWorkflowSha ?? Sha,
            ["runner_environment"] = Runner,
            ["check_run_id"] = "44556677",
            ["iss"] = issuer,
            ["nbf"] = seconds - 600,
            ["exp"] = seconds + 300,
            ["iat"] = seconds,
        };
        if (Environment is not null)
        {
            claims["environment"] = Environment;
            claims["environment_node_id"] = "EN_kwDOAAAB";
        }

        return claims;
    }
}
