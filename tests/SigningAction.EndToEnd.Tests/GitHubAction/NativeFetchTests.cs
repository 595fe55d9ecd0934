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
    private const string Agent = NativeRelease.Agent;
    private const string Verifier = NativeRelease.Verifier;

    [Fact]
    public async Task The_released_program_is_put_in_place_when_digest_and_attestation_are_right()
    {
        var release = await ReleaseAsync();
        var done = await FetchAsync(release);
        Assert.True(done.ExitCode == 0, done.Text);
        var agent = FileCommands.Read(Path.Combine(release.Folder, "output"))["agent"];
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(release.Folder, Agent), TestContext.Current.CancellationToken), await File.ReadAllTextAsync(agent, TestContext.Current.CancellationToken));
        Assert.True(File.GetUnixFileMode(agent).HasFlag(UnixFileMode.UserExecute));
        Assert.False(File.GetUnixFileMode(agent).HasFlag(UnixFileMode.GroupWrite));
    }

    [Theory]
    [InlineData(Agent)]
    [InlineData(Verifier)]
    public async Task A_program_that_is_not_the_pinned_one_is_named_and_never_runs(string file)
    {
        var release = await ReleaseAsync();
        await File.WriteAllTextAsync(Path.Combine(release.Folder, file), $"#!/bin/sh\ntouch '{release.Folder}/pwned'\n", TestContext.Current.CancellationToken);
        await RefusedAsync(release, file);
    }

    [Fact]
    public async Task A_pinned_program_that_nobody_attested_never_runs()
    {
        var release = await ReleaseAsync();
        await File.WriteAllTextAsync(Path.Combine(release.Folder, Agent), $"#!/bin/sh\ntouch '{release.Folder}/pwned'\n", TestContext.Current.CancellationToken);
        await release.PinAsync(authority.Issuer.Run.WorkflowFile);
        await RefusedAsync(release, "attestation");
    }

    [Fact]
    public async Task A_program_that_another_workflow_attested_never_runs()
    {
        var release = await ReleaseAsync();
        await release.PinAsync(".github/workflows/other.yml");
        await RefusedAsync(release, "attestation");
    }

    [Fact]
    public async Task A_commit_that_is_no_release_says_so()
    {
        var release = await ReleaseAsync();
        File.Copy(Path.Combine(RepositoryFiles.Root, "action/native/release.txt"), Path.Combine(release.Folder, "release.txt"), overwrite: true);
        await RefusedAsync(release, "no release");
    }

    [Fact]
    public async Task A_server_that_is_down_for_a_moment_is_asked_again()
    {
        var release = await ReleaseAsync();
        release.Trouble("000", "503");
        var done = await FetchAsync(release);
        Assert.True(done.ExitCode == 0, done.Text);
        Assert.Equal(5, release.Asked.Count); // Two in vain, two programs, one attestation.
    }

    [Theory]
    [InlineData("000", "tried for up to 0 s")]
    [InlineData("404", "is not at https://downloads.example/v0.1.0 (HTTP 404)")]
    public async Task A_download_that_cannot_be_had_is_one_error_within_the_time_that_the_step_may_wait(string trouble, string said)
    {
        var release = await ReleaseAsync();
        release.Trouble(trouble);
        await RefusedAsync(release, said, trouble == "404" ? "10m" : "0s");
        Assert.Single(release.Asked);
    }

    private Task<NativeRelease> ReleaseAsync() => NativeRelease.CreateAsync(authority, "#!/bin/sh\necho a released program\n");

    private async Task RefusedAsync(NativeRelease release, string reason, string wait = "10m")
    {
        var done = await FetchAsync(release, wait);
        Assert.Equal(1, done.ExitCode);
        Assert.Contains("::error title=SigningAction::", done.Output, StringComparison.Ordinal);
        Assert.Contains(reason, done.Output, StringComparison.Ordinal);
        Assert.Empty(FileCommands.Read(Path.Combine(release.Folder, "output")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(release.Folder, "temp"), "*", SearchOption.AllDirectories));
        Assert.False(File.Exists(Path.Combine(release.Folder, "pwned")));
    }

    private static async Task<Command> FetchAsync(NativeRelease release, string wait = "10m")
    {
        await File.WriteAllTextAsync(Path.Combine(release.Folder, "output"), "");
        return await Command.RunAsync("bash", [Path.Combine(release.Folder, "fetch.sh")], release.Folder, new Dictionary<string, string>
        {
            ["PATH"] = release.SearchPath,
            ["SIGNING_WAIT"] = wait,
            ["RUNNER_OS"] = "Linux",
            ["RUNNER_ARCH"] = "X64",
            ["RUNNER_TEMP"] = Directory.CreateDirectory(Path.Combine(release.Folder, "temp")).FullName,
            ["GITHUB_OUTPUT"] = Path.Combine(release.Folder, "output"),
        });
    }
}
