using System.Globalization;
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
    public async Task Every_verification_case_comes_out_right_by_path_and_by_digest_without_a_crash()
    {
        var cases = Directory.GetDirectories(Path.Combine(Shared(), "suite", "test", "assets", "bundle-verify")).Length;
        Assert.True(cases > 0, "the suite has no case");
        var result = await RunnerAsync("test_verify[", "--no-crash", "--default-trusted-root", Path.Combine(Shared(), "public_good_trusted_root.json"));
        Assert.True(result.ExitCode == 0, result.Text);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{2 * cases} passed, 0 failed"), result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_cases_come_out_right_through_the_same_runner()
    {
        var own = Path.Combine(RepositoryFiles.Root, "tests", "vectors");
        string[] cases =
        [
            .. Directory.GetDirectories(own).Where(folder => File.Exists(Path.Combine(folder, "artifact")) && !File.Exists(Path.Combine(folder, "options")))
                .Select(folder => $"test_verify[PATH-{Path.GetFileName(folder)}]"),
        ];
        var result = await RunnerAsync([.. cases, "--no-crash", "--assets", own]);
        Assert.True(result.ExitCode == 0, result.Text);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{cases.Length} passed, 0 failed"), result.Output, StringComparison.Ordinal);
    }

    /// <summary>cosign behind the protocol's two subcommands.</summary>
    private static string CrossClient()
    {
        _ = Installed.Cosign;
        return Path.Combine(RepositoryFiles.Root, "tests", "conformance", "cosign-client");
    }

    private static string Shared()
    {
        var shared = Path.Combine(RepositoryFiles.Root, "..", "shared", "conformance");
        Assert.SkipUnless(Directory.Exists(shared), "shared/conformance is not beside the repository");
        return shared;
    }

    private async Task<Command> RunnerAsync(params string[] arguments)
    {
        var shared = Shared();
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
