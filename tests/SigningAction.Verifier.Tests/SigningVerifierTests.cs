using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace SigningAction.Verifier.Tests;

public sealed class SigningVerifierTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public void A_proof_that_cannot_be_told_is_no_success(string format)
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        using var broken = new BrokenWriter();
        using var error = new StringWriter();
        string[] args = ["verify", _workspace.Artifact, "--repo", "octo/app", "--format", format, "--trusted-root", _workspace.TrustedRoot];
        Assert.Equal((int)ExitCode.NotChecked, SigningVerifier.Run(args, broken, error));
        Assert.Equal("signing-verifier: NOT_CHECKED: Something went wrong in signing-verifier itself (InvalidTimeZoneException); nothing is known about the artifact.\n", error.ToString());
        Assert.Equal((int)ExitCode.NotChecked, SigningVerifier.Run(args, broken, broken));
    }

    [Fact]
    public async Task The_process_ends_with_the_same_codes_and_shows_no_stack_trace()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        string[] verify = ["verify", _workspace.Artifact, "--trusted-root", _workspace.TrustedRoot];
        Assert.Equal(ExitCode.Verified, (await Start([.. verify, "--repo", "octo/app"])).Exit);
        Assert.Equal(ExitCode.Refused, (await Start([.. verify, "--repo", "octo/other"])).Exit);
        Assert.Equal(ExitCode.Usage, (await Start(verify)).Exit);
        Assert.Equal(ExitCode.Usage, (await Start([])).Exit);
        Assert.Equal(ExitCode.NotChecked, (await Start([.. verify, "--repo", "octo/app", "--bundle", _workspace.Under("missing")])).Exit);
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData(">/dev/full")]
    [InlineData(">&- 2>&-")]
    public async Task A_process_whose_output_nobody_can_take_is_no_success(string redirection)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full here");
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        string[] verify = [Program, "verify", _workspace.Artifact, "--trusted-root", _workspace.TrustedRoot, "--repo", "octo/app"];
        var outcome = await Start("/bin/sh", ["-c", $"\"$@\" {redirection}", "sh", .. verify]);
        Assert.Equal((ExitCode.NotChecked, string.Empty), (outcome.Exit, outcome.Out));
        if (!redirection.Contains("2>", StringComparison.Ordinal))
        {
            Assert.StartsWith("signing-verifier: NOT_CHECKED: Standard output cannot be written: ", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("$1.sigstore.json", "verify \"$1\" --repo octo/app --trusted-root \"$2\" --bundle -")]
    [InlineData("$1", "verify - --repo octo/app --trusted-root \"$2\" --bundle \"$1.sigstore.json\"")]
    [InlineData("$1", "verify /dev/stdin --repo octo/app --trusted-root \"$2\" --bundle \"$1.sigstore.json\"")]
    [InlineData("$1.sigstore.json", "inspect -")]
    public async Task What_is_piped_in_is_read_as_a_file_is(string input, string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the pipe is a shell's");
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        var outcome = await Start("/bin/sh", ["-c", $"cat \"{input}\" | \"$0\" {command}", Program, _workspace.Artifact, _workspace.TrustedRoot]);
        Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
    }

    [Theory]
    [InlineData("inspect -")]
    [InlineData("verify - --repo octo/app --offline")]
    public async Task Standard_input_that_brings_nothing_is_not_checked(string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kinds of files are told apart on Linux only");
        var outcome = await Start("/bin/sh", ["-c", $"\"$0\" {command} </dev/null", Program]);
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), (outcome.Exit, outcome.Reason));
        Assert.Contains("Nothing is piped into standard input.", outcome.Error, StringComparison.Ordinal);
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "signing-verifier");

    private static Task<Outcome> Start(string[] args) => Start(Program, args);

    private static async Task<Outcome> Start(string program, string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var outcome = new Outcome((ExitCode)process.ExitCode, await output, await error);
        Assert.DoesNotContain("   at ", outcome.Out + outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", outcome.Error, StringComparison.Ordinal);
        return outcome;
    }

    /// <summary>Where the runtime of this very test lies: shared/NAME/VERSION below the root.</summary>
    private static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Fails with an exception that nothing in the program expects.</summary>
    private sealed class BrokenWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new InvalidTimeZoneException();

        public override void Write(string? value) => throw new InvalidTimeZoneException();

        public override void WriteLine(string? value) => throw new InvalidTimeZoneException();
    }
}
