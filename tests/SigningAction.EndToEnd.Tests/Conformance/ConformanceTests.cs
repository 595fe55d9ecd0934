using System.Diagnostics;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Repository;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Conformance;

/// <summary>The public conformance protocol, driven by its own runner, which lives beside the repository.</summary>
public sealed class ConformanceTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    [Fact]
    public async Task Every_signing_case_passes_and_cosign_accepts_what_was_signed()
    {
        var result = await RunnerAsync(
            "--only-sign", "--sign", authority.NewTokenFile(), "--trusted-root", authority.TrustedRoot, "--signing-config", authority.SigningConfig,
            "--identity", authority.Identity, "--issuer", authority.Issuer.Url, "--cross-client", CrossClient());
        Assert.True(result.ExitCode == 0, result.Text);
        Assert.Contains("5 passed, 0 failed", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_case_of_a_Rekor_v2_log_comes_out_right_without_a_crash()
    {
        var result = await RunnerAsync("rekor2-", "--no-crash");
        Assert.True(result.ExitCode == 0, result.Text);
    }

    /// <summary>cosign behind the protocol's two subcommands.</summary>
    private static string CrossClient()
    {
        _ = Installed.Cosign;
        return Path.Combine(RepositoryFiles.Root, "tests", "conformance", "cosign-client");
    }

    private async Task<Command> RunnerAsync(params string[] arguments)
    {
        var shared = Path.Combine(RepositoryFiles.Root, "..", "shared", "conformance");
        Assert.SkipUnless(Directory.Exists(shared), "shared/conformance is not beside the repository");
        return await Command.RunAsync(
            "python3",
            [Path.Combine(shared, "run.py"), Path.Combine(shared, "suite"), Path.Combine(RepositoryFiles.Root, "tests", "conformance", "client"), .. arguments],
            authority.Folder,
            new Dictionary<string, string>
            {
                ["SIGNINGACTION_AGENT"] = Installed.Agent,
                ["SIGNINGACTION_VERIFIER"] = Installed.Verifier,
                ["SIGNINGACTION_COSIGN"] = Environment.GetEnvironmentVariable("SIGNINGACTION_COSIGN") ?? "",
            });
    }
}
