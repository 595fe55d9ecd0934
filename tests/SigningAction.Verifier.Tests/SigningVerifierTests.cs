using System.Diagnostics;
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

    private static async Task<Outcome> Start(string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "signing-verifier"), args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Path.GetDirectoryName(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : DotnetPath());
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var outcome = new Outcome((ExitCode)process.ExitCode, await output, await error);
        Assert.DoesNotContain("   at ", outcome.Out + outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", outcome.Error, StringComparison.Ordinal);
        return outcome;
    }

    private static string DotnetPath() => Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    /// <summary>Fails with an exception that nothing in the program expects.</summary>
    private sealed class BrokenWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new InvalidTimeZoneException();

        public override void Write(string? value) => throw new InvalidTimeZoneException();

        public override void WriteLine(string? value) => throw new InvalidTimeZoneException();
    }
}
