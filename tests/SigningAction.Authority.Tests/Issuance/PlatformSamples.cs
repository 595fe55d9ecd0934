using System.Text.Json;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Hosting;
using SigningAction.Evidence.Policy;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Issuance;

/// <summary>Tokens as the platforms' own documents show them, by the issuers of EXCHANGE.md.</summary>
internal static class PlatformSamples
{
    private const string Commit = "9f3182061f1e2cca4702c368cbc039b7dc9d4485";

    private static readonly string[] GitHubClaims =
        ["repository", "repository_owner", "repository_id", "repository_owner_id", "ref", "sha", "event_name", "job_workflow_ref", "workflow_ref", "runner_environment", "run_id", "run_attempt"];

    public static Dictionary<string, PlatformSample> All { get; } = new(StringComparer.Ordinal)
    {
        ["https://token.actions.githubusercontent.com"] = GitHub("https://github.com"),
        ["https://token.actions.githubusercontent.com/octo-enterprise"] = GitHub("https://github.com"),
        ["https://token.actions.octo.ghe.com"] = GitHub("https://octo.ghe.com"),
        ["https://github.octo.example/_services/token"] = GitHub("https://github.octo.example"),
        ["https://gitlab.com"] = new PlatformSample(
            $$"""
            {"namespace_id":"72","namespace_path":"my-group","project_id":"20","project_path":"my-group/my-project","user_id":"1","user_login":"sample-user","user_email":"sample@example.com",
             "user_identities":[{"provider":"github","extern_uid":"2435223452345"}],"pipeline_id":"574","pipeline_source":"push","job_id":"302","ref":"main","ref_type":"branch","ref_path":"refs/heads/main",
             "ref_protected":"true","groups_direct":["my-group"],"runner_id":1,"runner_environment":"self-hosted","sha":"{{Commit}}","project_visibility":"public",
             "ci_config_ref_uri":"gitlab.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main","ci_config_sha":"{{Commit}}","jti":"235b3a54-b797-45c7-ae9a-f72d7bc6ef5b"}
            """,
            "project_path:my-group/my-project:ref_type:branch:ref:main",
            ["ci_config_ref_uri", "ci_config_sha", "runner_environment", "project_path", "project_id", "namespace_path", "namespace_id", "sha", "ref_path", "pipeline_source", "job_id", "project_visibility"],
            "project_id",
            ["repository_id: 20", "owner_id: 72", "event: push", "workflow: .gitlab-ci.yml", "ref: refs/heads/main", "runner: self-hosted"],
            new PipelineIdentity
            {
                Issuer = "",
                Subject = "",
                SignerUri = "https://gitlab.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main",
                SignerDigest = Commit,
                RunnerEnvironment = "self-hosted",
                RepositoryUri = "https://gitlab.com/my-group/my-project",
                SourceDigest = Commit,
                SourceRef = "refs/heads/main",
                RepositoryId = "20",
                OwnerUri = "https://gitlab.com/my-group",
                OwnerId = "72",
                CallerUri = "https://gitlab.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main",
                CallerDigest = Commit,
                Event = "push",
                RunUri = "https://gitlab.com/my-group/my-project/-/jobs/302",
                Visibility = "public",
            })
        { Life = 3600 },
        ["https://agent.buildkite.com"] = new PlatformSample(
            $$"""
            {"organization_slug":"octo","organization_id":"0184990a-477b-4fa8-9968-496074483cee","pipeline_slug":"super-app","pipeline_id":"0184990a-4782-42b5-afc1-16715b10b8ff","build_number":1,
             "build_branch":"main","build_commit":"{{Commit}}","build_source":"webhook","step_key":"build","job_id":"0184990a-477b-4fa8-9968-496074483000","agent_id":"0184990a-4782-42b5-afc1-16715b10b800",
             "runner_environment":"self-hosted"}
            """,
            $"organization:octo:pipeline:super-app:ref:refs/heads/main:commit:{Commit}:step:build",
            ["organization_slug", "pipeline_slug", "pipeline_id", "organization_id", "build_commit", "build_branch", "build_source", "runner_environment", "job_id", "build_number"],
            "pipeline_id",
            ["repository_id: 0184990a-4782-42b5-afc1-16715b10b8ff", "event: webhook", "signer_uri: https://buildkite.com/octo/super-app", "ref: refs/heads/main"],
            new PipelineIdentity
            {
                Issuer = "",
                Subject = "",
                SignerUri = "https://buildkite.com/octo/super-app",
                RunnerEnvironment = "self-hosted",
                SourceDigest = Commit,
                SourceRef = "refs/heads/main",
                RepositoryId = "0184990a-4782-42b5-afc1-16715b10b8ff",
                OwnerId = "0184990a-477b-4fa8-9968-496074483cee",
                Event = "webhook",
                RunUri = "https://buildkite.com/octo/super-app/builds/1#0184990a-477b-4fa8-9968-496074483000",
            }),
        ["https://kubernetes.octo.example"] = new PlatformSample(
            """
            {"jti":"ed1ba3a5-7ad8-4f1c-9d3f-3b1f7c7f7d32","kubernetes.io":{"namespace":"release","node":{"name":"127.0.0.1","uid":"58456cb0-dd00-45ed-b797-5578fdceaced"},
             "pod":{"name":"signer-69cbfb9798-jv9gn","uid":"778a530c-b3f4-47c0-9cd5-ab018fb64f33"},"serviceaccount":{"name":"signer","uid":"a087d5a0-e1dd-43ec-93ac-f13d89cd13af"},"warnafter":1700081020}}
            """,
            "system:serviceaccount:release:signer",
            ["/kubernetes.io/namespace", "/kubernetes.io/serviceaccount/name", "/kubernetes.io/serviceaccount/uid"],
            "/kubernetes.io/serviceaccount/uid",
            [
                "repository_id: a087d5a0-e1dd-43ec-93ac-f13d89cd13af", "event: workload", "ref: refs/none",
                "signer_uri: https://kubernetes.octo.example/namespaces/release/serviceaccounts/signer",
            ],
            new PipelineIdentity
            {
                Issuer = "",
                Subject = "",
                SignerUri = "https://kubernetes.octo.example/namespaces/release/serviceaccounts/signer",
                SourceRef = "refs/none",
                RepositoryId = "a087d5a0-e1dd-43ec-93ac-f13d89cd13af",
                Event = "workload",
            })
        { HasType = false, Life = 3607 },
        ["https://ci.octo.example"] = new PlatformSample(
            $$"""{"token_use":"pipeline","project":{"id":74,"path":"team/app"},"git":{"branch":"main","commit":"{{Commit}}"},"trigger":"push"}""",
            "build:4711",
            ["/project/path", "/project/id", "/git/branch", "/git/commit", "trigger"],
            "/project/id",
            ["repository_id: 74", "event: push", "workflow: build.yml", "ref: refs/heads/main"],
            new PipelineIdentity
            {
                Issuer = "",
                Subject = "",
                SignerUri = "https://ci.octo.example/team/app/build.yml@refs/heads/main",
                RepositoryUri = "https://ci.octo.example/team/app",
                SourceDigest = Commit,
                SourceRef = "refs/heads/main",
                RepositoryId = "74",
                Event = "push",
            }),
    };

    /// <summary>The JSON array of issuers in EXCHANGE.md, read as the server reads it.</summary>
    public static IList<IssuerOptions> DocumentedIssuers()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "SigningAction.sln")))
        {
            root = root.Parent!;
        }

        var text = File.ReadAllText(Path.Combine(root.FullName, "src", "SigningAction.Authority", "EXCHANGE.md"));
        const string Fence = "```json\n[";
        var start = text.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length - 1;
        var issuers = text[start..text.IndexOf("```", start, StringComparison.Ordinal)];
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "authority.json");
        File.WriteAllText(file, $$"""{"url":"https://sign.octo.example","organization":"octo","exchange":{"issuers":{{issuers}} } }""");
        return [.. ConfigurationFile.Read(file).Exchange.Issuers];
    }

    private static PlatformSample GitHub(string server)
    {
        var run = new WorkflowRun();
        var claims = run.ToClaims("", "", DateTimeOffset.UnixEpoch);
        var file = $"{server}/octo-org/octo-repo/.github/workflows/release.yml@refs/heads/main";
        return new PlatformSample(
            claims.ToJsonString(),
            (string)claims["sub"]!,
            GitHubClaims,
            "repository_id",
            [$"repository_id: {run.RepositoryId}", "event: push", "workflow: .github/workflows/release.yml", "ref: refs/heads/main"],
            new PipelineIdentity
            {
                Issuer = "",
                Subject = "",
                SignerUri = file,
                SignerDigest = run.Sha,
                RunnerEnvironment = run.Runner,
                RepositoryUri = $"{server}/octo-org/octo-repo",
                SourceDigest = run.Sha,
                SourceRef = run.Ref,
                RepositoryId = run.RepositoryId,
                OwnerUri = $"{server}/octo-org",
                OwnerId = run.OwnerId,
                CallerUri = file,
                CallerDigest = run.Sha,
                Event = run.Event,
                RunUri = $"{server}/octo-org/octo-repo/actions/runs/1234567890/attempts/1",
                Visibility = run.Visibility,
                WorkflowName = run.Workflow,
                RepositoryName = run.Repository,
            });
    }
}
