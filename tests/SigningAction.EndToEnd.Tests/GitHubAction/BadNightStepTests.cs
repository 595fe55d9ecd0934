using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using SigningAction.EndToEnd.Tests.BothWays;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>A step whose services fail, and the rerun of its job on a runner that has nothing but what the workflow kept.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class BadNightStepTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    private const string Canary = "ghs_CanaryCanaryCanaryCanary9876543210";

    /// <summary>N-02, N-03, N-13.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_step_whose_log_goes_down_is_resumed_on_a_fresh_runner_by_the_file_it_left_and_the_log_has_one_entry(bool committed)
    {
        using var relay = new RelayedAuthority(authority);
        await using var server = await relay.StartAsync();
        var fate = committed ? RelayedAuthority.Fate.AnswerLost : RelayedAuthority.Fate.Down;
        relay.Decide = path => path == RelayedAuthority.Log ? fate : RelayedAuthority.Fate.Answered;
        var before = await relay.EntriesAsync();
        var first = Runner(out var content);
        var failed = await StepAsync(first, relay);
        Assert.Equal(3, failed.ExitCode);
        var kept = failed.Outputs["state-path"];
        var error = Assert.Single(failed.Errors);
        Assert.Contains("The transparency log", error, StringComparison.Ordinal);
        Assert.Contains(kept, error, StringComparison.Ordinal);

        // Nothing half-published: what a later step could take for evidence is not there.
        Assert.Equal([Path.Combine(first.Workspace, kept)], Directory.GetFiles(Path.Combine(first.Workspace, "attestations")));
        Assert.DoesNotContain("bundle-path", failed.Outputs.Keys);
        NoSecretIn(failed, first);

        relay.Decide = _ => RelayedAuthority.Fate.Answered;
        var run = authority.Issuer.Run;
        authority.Issuer.Run = run with { RunAttempt = "2" };
        try
        {
            var second = Runner(out _, content);
            second.Write(kept, await File.ReadAllTextAsync(Path.Combine(first.Workspace, kept), TestContext.Current.CancellationToken));
            var step = await StepAsync(second, relay);
            Assert.True(step.ExitCode == 0, step.Text);
            Assert.Equal(before + 1, await relay.EntriesAsync());
            Assert.False(File.Exists(Path.Combine(second.Workspace, kept)));
            Assert.DoesNotContain("state-path", step.Outputs.Keys);
            NoSecretIn(step, second);
            foreach (var verifier in (string[])["signing-verifier", "cosign"])
            {
                var verified = await Verifiers.VerifyAsync(
                    verifier, attested: true, Path.Combine(second.Workspace, "dist/app.zip"), Path.Combine(second.Workspace, step.Outputs["bundle-path"]), authority);
                Assert.True(verified.ExitCode == 0, verified.Text);
            }
        }
        finally
        {
            authority.Issuer.Run = run;
        }
    }

    /// <summary>N-13: down from the first request on.</summary>
    [Fact]
    public async Task A_step_whose_authority_is_down_is_one_error_and_leaves_nothing()
    {
        using var relay = new RelayedAuthority(authority) { Decide = _ => RelayedAuthority.Fate.Down };
        await using var server = await relay.StartAsync();
        var runner = Runner(out _);
        var step = await StepAsync(runner, relay);
        Assert.Equal(3, step.ExitCode);
        Assert.Contains(relay.Url, Assert.Single(step.Errors), StringComparison.Ordinal);
        Assert.Empty(step.Outputs);
        Assert.False(Directory.Exists(Path.Combine(runner.Workspace, "attestations")));
    }

    /// <summary>N-19: what a runner sends to a job that is cancelled, to the program itself.</summary>
    [Theory]
    [InlineData("/trusted_root.json", "TERM")]
    [InlineData("/api/v2/signingCert", "INT")]
    [InlineData(RelayedAuthority.Log, "TERM")]
    [InlineData(RelayedAuthority.Log, "INT")]
    public async Task A_cancelled_job_leaves_no_half_a_file_and_is_resumed_with_one_entry(string step, string signal)
    {
        var program = Installed.Agent;
        using var relay = new RelayedAuthority(authority) { Decide = path => path == step ? RelayedAuthority.Fate.AnswerHeld : RelayedAuthority.Fate.Answered };
        await using var server = await relay.StartAsync();
        var before = await relay.EntriesAsync();
        var file = authority.NewFile("app.zip", Guid.NewGuid().ToString());
        var folder = Path.GetDirectoryName(file)!;
        string[] arguments = ["attest", file, "--authority", relay.Url, "--bundle-dir", "out", "--identity-token", authority.NewTokenFile()];
        using var process = Command.Start(program, arguments, folder);
        var said = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await relay.SomebodyWaits.Task.WithinDeadlineAsync();
        using (var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WithinDeadlineAsync();
        Assert.Equal(3, process.ExitCode);
        Assert.Contains("STOPPED", await said, StringComparison.Ordinal);
        var left = Directory.Exists(Path.Combine(folder, "out")) ? Directory.GetFiles(Path.Combine(folder, "out")) : [];
        Assert.All(left, path => Assert.EndsWith(".sigstore.unfinished", path, StringComparison.Ordinal));
        Assert.Equal(step == RelayedAuthority.Log ? 1 : 0, left.Length);

        relay.Decide = _ => RelayedAuthority.Fate.Answered;
        var again = await Command.RunAsync(program, arguments, folder);
        Assert.True(again.ExitCode == 0, again.Text);
        Assert.Equal(before + 1, await relay.EntriesAsync());
        Assert.Equal("app.zip.provenance.sigstore.json", Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(folder, "out")))));
    }

    private ActionRunner Runner(out string content, string? same = null)
    {
        var runner = new ActionRunner(authority);
        content = same ?? Guid.NewGuid().ToString();
        _ = runner.Write("dist/app.zip", content);
        return runner;
    }

    private static Task<StepResult> StepAsync(ActionRunner runner, RelayedAuthority relay) =>
        runner.StepAsync(("subject-path", "dist/*"), ("authority", relay.Url), ("wait", "1s"), ("github-token", Canary));

    /// <summary>R-10: after a failure and after a resumed run too.</summary>
    private void NoSecretIn(StepResult step, ActionRunner runner)
    {
        foreach (var secret in (string[])[Canary, authority.Issuer.RequestToken, .. step.Masks])
        {
            Assert.DoesNotContain(step.Lines, line => line.Contains(secret, StringComparison.Ordinal) && !line.StartsWith("::add-mask::", StringComparison.Ordinal));
            Assert.DoesNotContain(step.Outputs.Values, value => value.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(secret, step.Summary, StringComparison.Ordinal);
            Assert.DoesNotContain(runner.FilesOfTheJob(), path => File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)) >= 0);
        }

        Assert.DoesNotContain(runner.FilesOfTheJob(), path => File.ReadAllText(path).Contains("PRIVATE KEY", StringComparison.Ordinal));
    }
}
