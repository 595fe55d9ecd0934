using SigningAction.EndToEnd.Tests.Packages;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Programs;

/// <summary>The verifier's file in a root of its own that holds nothing but it, libc and OpenSSL 3: an image made from scratch.</summary>
public sealed class BareContainerTests : IDisposable
{
    private static readonly string[] LibraryFolders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];

    private readonly string _folder = Directory.CreateTempSubdirectory("signingaction-e2e-").FullName;

    [Fact]
    public async Task The_verifier_runs_where_only_libc_and_OpenSSL_3_are()
    {
        var verifier = Installed.Verifier;
        Installed.RequireMounts();
        var root = Directory.CreateDirectory(Path.Combine(_folder, "root")).FullName;
        var linked = await LinkedAsync(verifier);
        Assert.All(linked, library => Assert.True(
            Path.GetFileName(library) is "libc.so.6" or "libm.so.6" || Path.GetFileName(library).StartsWith("ld-linux-", StringComparison.Ordinal), $"it is linked to {library}"));
        var openSsl = new[] { "libssl.so.3", "libcrypto.so.3" }.Select(Find).ToList();
        foreach (var library in linked.Concat(openSsl).Concat(await LinkedAsync(openSsl[0])).Concat(await LinkedAsync(openSsl[1])).Distinct(StringComparer.Ordinal))
        {
            Copy(library, root + library);
        }

        Copy(verifier, root + "/signing-verifier");
        using var sigstore = new InMemorySigstore();
        var verify = PackageTests.Sign(sigstore, root);
        var verified = await RunAsync(root, verify);
        Assert.True(verified.ExitCode == 0, verified.Text);
        Assert.StartsWith("Verified: app.zip\n", verified.Output, StringComparison.Ordinal);

        await File.AppendAllTextAsync(Path.Combine(root, "app.zip"), "x", TestContext.Current.CancellationToken);
        var refused = await RunAsync(root, verify);
        Assert.True(refused.ExitCode == 1, refused.Text);
        Assert.Contains("Reason: DIGEST_MISMATCH", refused.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>No shell, no locale, no certificates, no /proc, no temporary folder, no variable.</summary>
    private Task<Command> RunAsync(string root, IEnumerable<string> arguments) => Command.RunAsync(
        "unshare", ["--map-root-user", "--mount", $"--root={root}", "--wd=/", "/signing-verifier", .. arguments], _folder);

    private static void Copy(string from, string to)
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }

    private static string Find(string library) =>
        LibraryFolders.Select(folder => Path.Combine(folder, library)).FirstOrDefault(File.Exists) ?? throw new FileNotFoundException($"{library} is not installed.");

    /// <summary>The files that the loader maps for a program or library, as it says itself.</summary>
    private async Task<IReadOnlyList<string>> LinkedAsync(string file)
    {
        var said = await Command.RunAsync("ldd", [file], _folder);
        Assert.True(said.ExitCode == 0, said.Text);
        return [.. said.Output.Split('\n')
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(word => word.StartsWith('/')).Take(1))];
    }
}
