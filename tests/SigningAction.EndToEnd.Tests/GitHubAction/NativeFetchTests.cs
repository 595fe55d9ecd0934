using System.Runtime.Versioning;
using System.Security.Cryptography;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Repository;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>
/// What the native action does before it runs a program that it downloaded. The release's server is a folder, behind a curl of the test's own; the verifier is the real one.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class NativeFetchTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    private const string Agent = "signing-agent-linux-x64";
    private const string Verifier = "signing-verifier-linux-x64";

    [Fact]
    public async Task The_released_program_is_put_in_place_when_digest_and_attestation_are_right()
    {
        var release = await ReleaseAsync();
        var done = await FetchAsync(release);
        Assert.True(done.ExitCode == 0, done.Text);
        var agent = FileCommands.Read(Path.Combine(release, "output"))["agent"];
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(release, Agent), TestContext.Current.CancellationToken), await File.ReadAllTextAsync(agent, TestContext.Current.CancellationToken));
        Assert.True(File.GetUnixFileMode(agent).HasFlag(UnixFileMode.UserExecute));
        Assert.False(File.GetUnixFileMode(agent).HasFlag(UnixFileMode.GroupWrite));
    }

    [Theory]
    [InlineData(Agent)]
    [InlineData(Verifier)]
    public async Task A_program_that_is_not_the_pinned_one_is_named_and_never_runs(string file)
    {
        var release = await ReleaseAsync();
        await File.WriteAllTextAsync(Path.Combine(release, file), $"#!/bin/sh\ntouch '{release}/pwned'\n", TestContext.Current.CancellationToken);
        await RefusedAsync(release, file);
    }

    [Fact]
    public async Task A_pinned_program_that_nobody_attested_never_runs()
    {
        var release = await ReleaseAsync();
        await File.WriteAllTextAsync(Path.Combine(release, Agent), $"#!/bin/sh\ntouch '{release}/pwned'\n", TestContext.Current.CancellationToken);
        await PinAsync(release, authority.Issuer.Run.WorkflowFile);
        await RefusedAsync(release, "attestation");
    }

    [Fact]
    public async Task A_program_that_another_workflow_attested_never_runs()
    {
        var release = await ReleaseAsync();
        await PinAsync(release, ".github/workflows/other.yml");
        await RefusedAsync(release, "attestation");
    }

    [Fact]
    public async Task A_commit_that_is_no_release_says_so()
    {
        var release = await ReleaseAsync();
        File.Copy(Path.Combine(RepositoryFiles.Root, "action/native/release.txt"), Path.Combine(release, "release.txt"), overwrite: true);
        await RefusedAsync(release, "no release");
    }

    /// <summary>A folder with the action's files, a release's files, its attestation, and the pins.</summary>
    private async Task<string> ReleaseAsync()
    {
        var script = authority.NewFile("fetch.sh", RepositoryFiles.Read("action/native/fetch.sh"));
        var release = Path.GetDirectoryName(script)!;
        await File.WriteAllTextAsync(Path.Combine(release, Agent), "#!/bin/sh\necho a released program\n");
        File.Copy(Installed.Verifier, Path.Combine(release, Verifier));
        File.Copy(authority.TrustedRoot, Path.Combine(release, "trusted_root.json"));
        var signed = await Command.RunAsync(
            Installed.Agent,
            [
                "attest", Path.Combine(release, Agent), "--authority", authority.Url, "--identity-token", authority.NewTokenFile(),
                "--bundle", Path.Combine(release, "attestation.sigstore.json"),
            ],
            authority.Folder);
        Assert.True(signed.ExitCode == 0, signed.Text);
        var tools = Directory.CreateDirectory(Path.Combine(release, "bin")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(tools, "curl"),
            $$"""
            #!/bin/sh
            while [ $# -gt 1 ]; do
              if [ "$1" = --output ]; then out=$2; fi
              shift
            done
            cp "{{release}}/${1##*/}" "$out"
            """);
        File.SetUnixFileMode(Path.Combine(tools, "curl"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await PinAsync(release, authority.Issuer.Run.WorkflowFile);
        return release;
    }

    private async Task PinAsync(string release, string workflow)
    {
        var repository = authority.Issuer.Run.Repository;
        var digests = ((string[])[Agent, Verifier]).Select(file => $"sha256 {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(release, file))))} {file}");
        await File.WriteAllTextAsync(
            Path.Combine(release, "release.txt"),
            $"version 0.1.0\nurl https://downloads.example/v0.1.0\nrepository {repository}\nworkflow {repository}/{workflow}\nissuer {authority.Issuer.Url}\n"
            + $"trusted-root trusted_root.json\n{string.Join('\n', digests)}\n");
    }

    private async Task RefusedAsync(string release, string reason)
    {
        var done = await FetchAsync(release);
        Assert.Equal(1, done.ExitCode);
        Assert.Contains("::error title=SigningAction::", done.Output, StringComparison.Ordinal);
        Assert.Contains(reason, done.Output, StringComparison.Ordinal);
        Assert.Empty(FileCommands.Read(Path.Combine(release, "output")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(release, "temp"), "*", SearchOption.AllDirectories));
        Assert.False(File.Exists(Path.Combine(release, "pwned")));
    }

    private static async Task<Command> FetchAsync(string release)
    {
        await File.WriteAllTextAsync(Path.Combine(release, "output"), "");
        return await Command.RunAsync("bash", [Path.Combine(release, "fetch.sh")], release, new Dictionary<string, string>
        {
            ["PATH"] = $"{release}/bin:{Environment.GetEnvironmentVariable("PATH")}",
            ["RUNNER_OS"] = "Linux",
            ["RUNNER_ARCH"] = "X64",
            ["RUNNER_TEMP"] = Directory.CreateDirectory(Path.Combine(release, "temp")).FullName,
            ["GITHUB_OUTPUT"] = Path.Combine(release, "output"),
        });
    }
}
