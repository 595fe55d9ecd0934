using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Programs;

/// <summary>The peers are what they claim to be: a stand-in of the same name would prove nothing.</summary>
public sealed class InstalledTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("signingaction-e2e-").FullName;

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

    [Fact]
    public void The_published_verifier_is_one_small_file()
    {
        Assert.InRange(new FileInfo(Installed.Verifier).Length, 1, 12_000_000);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Installed.Verifier)!).Select(Path.GetFileName).Except([Path.GetFileName(Installed.Verifier), "signing-verifier.dbg"]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> OutputAsync(string program, params string[] arguments)
    {
        var done = await Command.RunAsync(program, arguments, _folder);
        Assert.True(done.ExitCode == 0, done.Text);
        return done.Output;
    }
}
