using SigningAction.EndToEnd.Tests.BothWays;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Pipeline;

/// <summary>The published agent as a step of a job: what the runner gives it, and what the runner reads from it.</summary>
public sealed class GitHubActionsJobTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    [Fact]
    public async Task A_step_exchanges_the_jobs_token_attests_and_tells_the_runner()
    {
        var file = authority.NewFile("app.zip", "a release");
        var step = await StepAsync(file);
        Assert.True(step.ExitCode == 0, step.Text);
        var verified = await Verifiers.VerifyAsync("signing-verifier", attested: true, file, file + ".sigstore.json", authority);
        Assert.True(verified.ExitCode == 0, verified.Text);
        var outputs = await File.ReadAllTextAsync(Beside(file, "outputs"), TestContext.Current.CancellationToken);
        Assert.Contains("bundle-path<<", outputs, StringComparison.Ordinal);
        Assert.Contains(file + ".sigstore.json", outputs, StringComparison.Ordinal);
        Assert.Contains("app&#46;zip", await File.ReadAllTextAsync(Beside(file, "summary"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_masked_first_and_is_in_no_other_line_and_no_file()
    {
        var file = authority.NewFile("app.zip", "another release");
        var step = await StepAsync(file);
        Assert.True(step.ExitCode == 0, step.Text);
        var log = (step.Error + step.Output).Split('\n');
        var masked = log.Select((line, at) => (line, at)).Single(l => l.line.StartsWith("::add-mask::eyJ", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Where((_, at) => at != masked.at), line => line.Contains("eyJ", StringComparison.Ordinal));
        Assert.DoesNotContain(log, line => line.Contains(authority.Issuer.RequestToken, StringComparison.Ordinal) && !line.StartsWith("::add-mask::", StringComparison.Ordinal));
        var token = masked.line["::add-mask::".Length..].Trim();
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(file)!).Concat(Directory.GetFiles(authority.AuthorityFolder, "*", SearchOption.AllDirectories))
            .Where(path => !path.EndsWith(".lock", StringComparison.Ordinal))) // Held by the authority; always empty.
        {
            Assert.False(Contains(path, token), $"the token is in {path}");
        }

        Assert.DoesNotContain(token, authority.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_without_permission_is_told_what_to_add_and_signs_nothing()
    {
        var file = authority.NewFile("app.zip", "unsigned");
        var step = await Command.RunAsync(
            Installed.Agent, ["attest", file, "--authority", authority.Url], authority.Folder, new Dictionary<string, string> { ["GITHUB_ACTIONS"] = "true" });
        Assert.NotEqual(0, step.ExitCode);
        Assert.Contains("id-token: write", step.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(file + ".sigstore.json"));
    }

    [Fact]
    public async Task A_workflow_that_the_policy_does_not_name_is_refused_with_the_condition_that_missed()
    {
        var run = authority.Issuer.Run;
        authority.Issuer.Run = run with { WorkflowFile = ".github/workflows/other.yml" };
        try
        {
            var file = authority.NewFile("app.zip", "refused");
            var step = await StepAsync(file);
            Assert.Equal(1, step.ExitCode);
            Assert.Contains("WORKFLOW_NOT_ALLOWED", step.Error, StringComparison.Ordinal);
            Assert.Contains(".github/workflows/other.yml", step.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(file + ".sigstore.json"));
        }
        finally
        {
            authority.Issuer.Run = run;
        }
    }

    [Fact]
    public async Task An_authority_that_is_down_is_named_and_leaves_no_file()
    {
        var file = authority.NewFile("app.zip", "nobody there");
        await authority.StopAsync();
        try
        {
            var step = await StepAsync(file, "--signing-config", authority.SigningConfig, "--trusted-root", authority.TrustedRoot, "--wait", "5s");
            Assert.Equal(3, step.ExitCode);
            Assert.Contains(authority.Url, step.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(file + ".sigstore.json"));
        }
        finally
        {
            await authority.StartAsync();
        }
    }

    private Task<Command> StepAsync(string file, params string[] services) => Command.RunAsync(
        Installed.Agent,
        ["attest", file, .. services.Length > 0 ? services : ["--authority", authority.Url]],
        authority.Folder,
        new Dictionary<string, string>
        {
            ["CI"] = "true",
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_REPOSITORY"] = "somebody/else", // What the environment says is not believed.
            ["GITHUB_OUTPUT"] = Beside(file, "outputs"),
            ["GITHUB_STEP_SUMMARY"] = Beside(file, "summary"),
            ["ACTIONS_ID_TOKEN_REQUEST_URL"] = authority.Issuer.RequestUrl,
            ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = authority.Issuer.RequestToken,
        });

    private static string Beside(string file, string name) => Path.Combine(Path.GetDirectoryName(file)!, name);

    private static bool Contains(string path, string text) =>
        File.ReadAllBytes(path).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text)) >= 0;
}
