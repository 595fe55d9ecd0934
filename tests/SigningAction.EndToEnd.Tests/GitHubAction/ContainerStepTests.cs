using System.Net;
using System.Runtime.Versioning;
using System.Text;
using SigningAction.EndToEnd.Tests.BothWays;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>The built image as a step of a job: what the runner gives it, and what the runner reads from it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ContainerStepTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    [Fact]
    public async Task A_step_attests_and_tells_the_runner_where_everything_is()
    {
        var runner = new ActionRunner(authority);
        var file = runner.Write("dist/app.zip", "a release");
        var other = runner.Write("dist/tool.zip", "its tool");
        var step = await runner.StepAsync(("subject-path", "dist/*.zip"), ("authority", authority.Url));
        Assert.True(step.ExitCode == 0, step.Text);

        // A later step runs on the host: a path of the container would lead nowhere.
        var bundle = step.Outputs["bundle-path"];
        Assert.False(Path.IsPathRooted(bundle), bundle);
        Assert.StartsWith("attestations/", bundle, StringComparison.Ordinal);
        Assert.Equal(authority.Identity, step.Outputs["certificate-identity"]);
        foreach (var subject in (string[])[file, other])
        {
            foreach (var verifier in (string[])["signing-verifier", "cosign"])
            {
                var verified = await Verifiers.VerifyAsync(verifier, attested: true, subject, Path.Combine(runner.Workspace, bundle), authority);
                Assert.True(verified.ExitCode == 0, verified.Text);
            }
        }

        var summary = WebUtility.HtmlDecode(step.Summary);
        Assert.Contains(runner.Digest("dist/app.zip"), summary, StringComparison.Ordinal);
        Assert.Contains("signing-verifier verify", summary, StringComparison.Ordinal);
        Assert.Empty(step.Errors);
        Assert.Equal(step.Groups.Count, step.Names.Count(name => name == "endgroup"));
        Assert.All(["group", "endgroup"], (name, position) => Assert.Equal(name, step.Names.Where(command => command is "group" or "endgroup").ElementAt(position)));
    }

    /// <summary>A value that begins with a folder of the host is one of the container when it arrives.</summary>
    [Fact]
    public async Task Paths_of_the_hosts_workspace_are_paths_of_the_steps()
    {
        var runner = new ActionRunner(authority);
        var file = runner.Write("dist/app.zip", "a release under its whole path");
        var step = await runner.StepAsync(("subject-path", file), ("bundle-dir", Path.Combine(runner.Workspace, "out")), ("authority", authority.Url));
        Assert.True(step.ExitCode == 0, step.Text);
        Assert.StartsWith("out/", step.Outputs["bundle-path"], StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(runner.Workspace, step.Outputs["bundle-path"])));
    }

    [Fact]
    public async Task The_token_and_the_secrets_of_the_job_are_masked_before_anything_else_and_then_nowhere()
    {
        const string Canary = "ghs_CanaryCanaryCanaryCanary0123456789";
        var runner = new ActionRunner(authority);
        _ = runner.Write("dist/app.zip", "a secret release");
        var step = await runner.StepAsync(("subject-path", "dist/app.zip"), ("authority", authority.Url), ("github-token", Canary));
        Assert.True(step.ExitCode == 0, step.Text);
        Assert.Contains(Canary, step.Masks);
        var token = Assert.Single(step.Masks, mask => mask.StartsWith("eyJ", StringComparison.Ordinal));
        foreach (var secret in (string[])[Canary, token, authority.Issuer.RequestToken, JobVariables.RuntimeToken])
        {
            Assert.DoesNotContain(step.Lines, line => line.Contains(secret, StringComparison.Ordinal) && !line.StartsWith("::add-mask::", StringComparison.Ordinal));
            Assert.DoesNotContain(step.Outputs.Values, value => value.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(secret, step.Summary, StringComparison.Ordinal);
            Assert.DoesNotContain(runner.FilesOfTheJob(), path => Contains(path, secret));
        }
    }

    [Fact]
    public async Task Several_plain_signatures_are_made_beside_the_attestation()
    {
        var runner = new ActionRunner(authority);
        string[] files = [runner.Write("dist/one.bin", "1"), runner.Write("dist/two.bin", "2")];
        var step = await runner.StepAsync(("subject-path", "dist/one.bin\ndist/two.bin"), ("authority", authority.Url), ("sign", "true"));
        Assert.True(step.ExitCode == 0, step.Text);
        var bundles = step.Outputs["bundle-paths"].Split('\n');
        Assert.Equal(3, bundles.Length);
        Assert.Equal(3, step.Outputs["log-index"].Split('\n').Distinct().Count());
        foreach (var file in files)
        {
            var results = await Task.WhenAll(bundles.Select(bundle =>
                Verifiers.VerifyAsync("signing-verifier", attested: false, file, Path.Combine(runner.Workspace, bundle), authority)));
            Assert.Equal(2, results.Count(result => result.ExitCode == 0)); // Its own signature and the attestation of both.
        }
    }

    [Fact]
    public async Task A_dry_run_asks_for_no_identity_changes_nothing_at_the_authority_and_writes_nothing()
    {
        using var relay = new RelayedAuthority(authority);
        await using var server = await relay.StartAsync();
        var runner = new ActionRunner(authority);
        _ = runner.Write("dist/app.zip", "a plan");
        var before = runner.FilesOfTheJob();
        var step = await runner.StepAsync(("subject-path", "dist/*"), ("authority", relay.Url), ("dry-run", "true"));
        Assert.True(step.ExitCode == 0, step.Text);
        Assert.DoesNotContain(step.Masks, mask => mask.StartsWith("eyJ", StringComparison.Ordinal));
        Assert.All(relay.Asked, path => Assert.True(path is "/trusted_root.json" or "/signing_config.json", path));
        Assert.Equal(before, runner.FilesOfTheJob());
        Assert.False(Directory.Exists(Path.Combine(runner.Workspace, "attestations")));
    }

    [Fact]
    public async Task A_pull_request_of_a_fork_is_skipped_with_a_notice_or_fails_as_it_is_told()
    {
        var runner = new ActionRunner(authority)
        {
            Event = """{"pull_request":{"head":{"repo":{"full_name":"somebody/octo-repo","id":99,"fork":true}},"base":{"repo":{"full_name":"octo-org/octo-repo","id":74}}}}""",
            Variables = { ["GITHUB_EVENT_NAME"] = "pull_request", ["ACTIONS_ID_TOKEN_REQUEST_URL"] = null, ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = null },
        };
        _ = runner.Write("dist/app.zip", "from a fork");
        var skipped = await runner.StepAsync(("subject-path", "dist/*"), ("authority", authority.Url));
        Assert.True(skipped.ExitCode == 0, skipped.Text);
        Assert.Contains("fork", Assert.Single(skipped.Notices), StringComparison.Ordinal);
        Assert.Empty(skipped.Outputs);
        var failed = await runner.StepAsync(("subject-path", "dist/*"), ("authority", authority.Url), ("on-fork", "fail"));
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("fork", Assert.Single(failed.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_input_is_one_error_that_names_it()
    {
        var runner = new ActionRunner(authority);
        var step = await runner.StepAsync(("subject-digest", "sha256:abc"), ("authority", authority.Url));
        Assert.Equal(2, step.ExitCode);
        Assert.Contains("subject-", Assert.Single(step.Errors), StringComparison.Ordinal);
        Assert.Empty(step.Outputs);
        Assert.DoesNotContain(step.Lines, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_of_files_are_no_commands_no_links_and_no_markup()
    {
        var runner = new ActionRunner(authority);
        string[] names =
        [
            "a [x](http:evil) ![y](z).zip", "::error::pwned.zip", "::warning::pwned.zip", "::stop-commands::app", "x ##[error]pwned.zip", "##[add-mask]app", "<img src=x onerror=y>.zip", "`x`|y|.zip", "@octocat #1.zip",
        ];
        foreach (var name in names)
        {
            _ = runner.Write("dist/" + name, name);
        }

        var step = await runner.StepAsync(("subject-path", "dist/*"), ("authority", authority.Url), ("sign", "true"));
        Assert.True(step.ExitCode == 0, step.Text);
        Assert.Equal(1 + names.Length, step.Outputs["bundle-paths"].Split('\n').Length);
        Assert.Empty(step.Errors);
        Assert.DoesNotContain("warning", step.Names);
        Assert.Equal(["eyJ"], step.Masks.Select(mask => mask[..3]));
        Assert.All(names, name => Assert.Contains(runner.Digest("dist/" + name), step.Summary, StringComparison.Ordinal));
        Assert.DoesNotContain("<img", step.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("](http:evil", step.Summary, StringComparison.Ordinal);
    }

    /// <summary>Nothing is signed: a name with a line break would be two lines wherever lines are read.</summary>
    [Fact]
    public async Task A_name_with_a_line_break_is_one_error_and_no_command()
    {
        var runner = new ActionRunner(authority);
        _ = runner.Write("dist/new\n::error::pwned.zip", "two lines");
        var step = await runner.StepAsync(("subject-path", "dist/*"), ("authority", authority.Url));
        Assert.NotEqual(0, step.ExitCode);
        Assert.DoesNotContain("pwned.zip", step.Errors);
        Assert.Single(step.Errors);
        Assert.Empty(step.Outputs);
        Assert.Empty(step.Summary);
    }

    [Fact]
    public async Task The_jobs_proxy_is_used_and_its_exceptions_are_kept()
    {
        var runner = new ActionRunner(authority);
        _ = runner.Write("dist/app.zip", "behind a proxy");
        await using var proxy = new EmptyProxy();
        foreach (var name in (string[])["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"])
        {
            runner.Variables[name] = proxy.Url;
        }

        runner.Variables["no_proxy"] = runner.Variables["NO_PROXY"] = "127.0.0.1,localhost";
        var step = await runner.StepAsync(("subject-path", "dist/*"), ("authority", authority.Url));
        Assert.True(step.ExitCode == 0, step.Text);
        Assert.Empty(proxy.Asked);
        runner.Variables["no_proxy"] = runner.Variables["NO_PROXY"] = "";
        var away = await runner.StepAsync(("subject-path", "dist/*"), ("authority", authority.Url));
        Assert.NotEqual(0, away.ExitCode);
        Assert.Contains(proxy.Asked, line => line.StartsWith($"GET {authority.Url}/", StringComparison.Ordinal));
    }

    private static bool Contains(string path, string text) => File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;
}
