using System.Diagnostics;

namespace SigningAction.EndToEnd.Tests.Programs;

/// <summary>The peers are what they claim to be: a stand-in of the same name would prove nothing.</summary>
public sealed class InstalledTests
{
    [Fact]
    public async Task Cosign_speaks_bundles_and_signing_configs()
    {
        var help = await OutputAsync(Installed.Cosign, "sign-blob", "--help");
        Assert.Contains("--signing-config", help, StringComparison.Ordinal);
        Assert.Contains("--trusted-root", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_loads_the_locked_sigstore_js()
    {
        var script = $"import('file://{Installed.JavaScriptPeers}/node_modules/sigstore/dist/index.js').then(m => console.log(typeof m.verify, typeof m.attest))";
        Assert.Equal("function function", (await OutputAsync(Installed.Node, "-e", script)).Trim());
    }

    [Fact]
    public async Task The_published_verifier_is_a_native_program()
    {
        await using var file = File.OpenRead(Installed.Verifier);
        var magic = new byte[4];
        await file.ReadExactlyAsync(magic, TestContext.Current.CancellationToken);
        Assert.Equal("\u007fELF"u8.ToArray(), magic);
        Assert.False(File.Exists(Path.ChangeExtension(Installed.Verifier, ".dll")), "a managed program, started by its host");
    }

    private static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(cancel);
        var output = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        Assert.True(process.ExitCode == 0, await error);
        return output;
    }
}
