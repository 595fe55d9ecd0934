using System.Runtime.Versioning;
using System.Text;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>A workspace that somebody prepared, a proxy that wants a log-in, disks that take nothing: the real program, seen from outside.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class HostileRunnerTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    private static readonly string[] Decoys =
    [
        "git", "dotnet", "docker", "docker-credential-desktop", "sh", "appsettings.json", "nuget.config", "global.json", "Directory.Build.props", "signing-agent.dll",
        "signing-agent.runtimeconfig.json", "signing-agent.deps.json", "libssl.so.3", "libcrypto.so.3", "libicuuc.so", "openssl.cnf", ".netrc", ".env",
    ];

    /// <summary>R-05, R-11: every file that is opened in the workspace is one that the step was told of or writes, no program is started, and the process is closed to others.</summary>
    [Fact]
    public async Task Nothing_in_the_working_directory_is_run_or_read_that_was_not_named()
    {
        var file = authority.NewFile("app.zip", "a release");
        var folder = Path.GetDirectoryName(file)!;
        foreach (var decoy in Decoys)
        {
            var path = Path.Combine(folder, decoy);
            await File.WriteAllTextAsync(path, $"#!/bin/sh\ntouch '{folder}/pwned'\n", TestContext.Current.CancellationToken);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var trace = Path.Combine(authority.Folder, $"calls-{Guid.NewGuid():N}");
        var done = await Command.RunAsync(
            Installed.Strace,
            [
                "-f", "-s", "4096", "-e", "trace=open,openat,openat2,execve,execveat,prctl", "-o", trace,
                Installed.Agent, "attest", "app.zip", "--authority", authority.Url, "--bundle-dir", "out", "--identity-token", authority.NewTokenFile(),
            ],
            folder,
            new Dictionary<string, string> { ["PATH"] = $".::{folder}:{Environment.GetEnvironmentVariable("PATH")}" });
        Assert.True(done.ExitCode == 0, done.Text);
        var calls = await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken);
        Assert.False(File.Exists(Path.Combine(folder, "pwned")));
        Assert.Single(calls, call => call.Contains(" execve(", StringComparison.Ordinal) || call.Contains(" execveat(", StringComparison.Ordinal) || call.StartsWith("execve(", StringComparison.Ordinal));
        Assert.Contains(calls, call => call.Contains("prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE", StringComparison.Ordinal) && call.EndsWith("= 0", StringComparison.Ordinal));

        // Under a name of its own the agent tries whether the directory of the bundles takes a file.
        var opened = calls.Where(call => call.Contains("open", StringComparison.Ordinal) && call.Contains('"', StringComparison.Ordinal) && !call.Contains("O_DIRECTORY", StringComparison.Ordinal))
            .Select(call => Path.GetFullPath(call.Split('"')[1], folder)).Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(folder, path)).Where(path => !path.StartsWith("out", StringComparison.Ordinal) && !path.StartsWith("tmp/", StringComparison.Ordinal)
                && !path.EndsWith(".sigstore.tmp", StringComparison.Ordinal)).Distinct();
        Assert.Equal(["app.zip"], opened);
    }

    /// <summary>R-04: what an earlier step may have left in the job's environment, at the program as it ships.</summary>
    [Theory]
    [InlineData("DOTNET_STARTUP_HOOKS")]
    [InlineData("LD_PRELOAD")]
    [InlineData("OPENSSL_CONF")]
    public async Task A_variable_that_brings_code_of_others_into_the_container_stops_the_step_before_anything_is_asked(string name)
    {
        using var relay = new RelayedAuthority(authority);
        await using var server = await relay.StartAsync();
        var runner = new ActionRunner(authority);
        _ = runner.Write("dist/app.zip", "somebody else's code");
        runner.Variables[name] = runner.Write("others.so", "code of others");
        var step = await runner.StepAsync(("subject-path", "dist/*"), ("authority", relay.Url));
        Assert.NotEqual(0, step.ExitCode);
        Assert.Contains(name, Assert.Single(step.Errors), StringComparison.Ordinal);
        Assert.Empty(step.Outputs);
        Assert.Empty(relay.Asked);
    }

    /// <summary>N-12.</summary>
    [Fact]
    public async Task A_proxy_that_wants_a_log_in_gets_it_from_its_address_and_is_named_where_there_is_none()
    {
        const string Password = "proxy-password-canary-7c";
        using var proxy = new RelayedAuthority(authority) { LogIn = $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes("ci:" + Password))}" };
        await using var server = await proxy.StartAsync();
        var runner = new ActionRunner(authority);
        _ = runner.Write("dist/app.zip", "behind a proxy that asks who is there");
        Use(proxy.Url.Replace("http://", $"http://ci:{Password}@", StringComparison.Ordinal));
        var step = await runner.StepAsync(("subject-path", "dist/*"), ("authority", authority.Url), ("wait", "1s"));
        Assert.True(step.ExitCode == 0, step.Text);
        Assert.Contains(RelayedAuthority.Log, proxy.Asked);
        Assert.DoesNotContain(Password, step.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(runner.FilesOfTheJob(), path => File.ReadAllText(path).Contains(Password, StringComparison.Ordinal));

        Use(proxy.Url);
        var refused = await runner.StepAsync(("subject-path", "dist/*"), ("authority", authority.Url), ("wait", "1s"));
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("wants a log-in (HTTP 407)", Assert.Single(refused.Errors), StringComparison.Ordinal);

        void Use(string url)
        {
            foreach (var name in (string[])["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"])
            {
                runner.Variables[name] = url;
            }

            runner.Variables["no_proxy"] = runner.Variables["NO_PROXY"] = "";
        }
    }

    /// <summary>N-20: a workspace that is mounted for reading, and disks that are full at once or after the first lines of the state.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("4k")]
    [InlineData("12k")]
    public async Task A_disk_that_takes_no_more_is_one_error_and_no_half_a_bundle(string? size)
    {
        var runner = new ActionRunner(authority) { IsReadOnly = size is null };
        _ = runner.Write("dist/app.zip", "nowhere to go");
        Directory.CreateDirectory(Path.Combine(runner.Workspace, "attestations"));
        if (size is not null)
        {
            runner.SmallDisks["/github/workspace/attestations"] = size;
        }

        var step = await runner.StepAsync(("subject-path", "dist/*"), ("authority", authority.Url));
        Assert.Equal(3, step.ExitCode);
        Assert.Contains("cannot be written", Assert.Single(step.Errors), StringComparison.Ordinal);
        Assert.Contains(step.ErrorCommands, error => error.Properties["title"].EndsWith("CANNOT_WRITE", StringComparison.Ordinal));
        Assert.DoesNotContain("bundle-path", step.Outputs.Keys);
        Assert.Empty(Directory.GetFiles(Path.Combine(runner.Workspace, "attestations")));
    }
}
