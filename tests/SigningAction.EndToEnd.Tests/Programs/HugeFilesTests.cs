using System.Globalization;
using System.Security.Cryptography;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Programs;

/// <summary>The memory of the programs depends on no file's size. The files are sparse: they take no room on the disk.</summary>
public sealed class HugeFilesTests : IDisposable
{
    private const long GiB = 1L << 30;

    /// <summary>Kilobytes of memory at the most where an artifact is read piece by piece: what a small file takes, a buffer, and room.</summary>
    private const long ArtifactKilobytes = 32 * 1024;

    /// <summary>Kilobytes of memory at the most where a bundle is read up to its cap of 24 MiB, into a buffer that grows.</summary>
    private const long BundleKilobytes = 96 * 1024;

    /// <summary>Kilobytes of memory at the most while the agent, as the image has it, reads what it signs.</summary>
    private const long AgentKilobytes = 64 * 1024;

    /// <summary>SHA-256 of 4 GiB of zeros, computed once with sha256sum.</summary>
    private const string FourZeroGiB = "8479e43911dc45e89f934fe48d01297e16f51d17aa561d4d1c216b1ae0fcddca";

    /// <summary>SHA-256 of 20 GiB of zeros, computed once with sha256sum.</summary>
    private static readonly byte[] TwentyZeroGiB = Convert.FromHexString("6cb118a8f8b3c19385874297e291dcbcdf3a9837ba1ca7b00ace2491adbff551");

    private readonly InMemorySigstore _sigstore = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("huge-files-");

    public void Dispose()
    {
        _sigstore.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_file_of_twenty_gigabytes_is_verified_in_constant_memory()
    {
        using var key = InMemorySigstore.NewKey();
        var certificate = _sigstore.Issue(key);
        var signature = key.SignHash(TwentyZeroGiB, DSASignatureFormat.Rfc3279DerSequence);
        var digest = Sha256Digest.From(TwentyZeroGiB);
        var bundle = Bundle.Create(certificate, MessageSignature.Over(digest, signature), [_sigstore.Log(digest, signature, certificate)], [_sigstore.Stamp(signature)]);
        await File.WriteAllBytesAsync(Under("bundle.json"), bundle.ToJson(), TestContext.Current.CancellationToken);
        Sparse("artifact", 20 * GiB);
        var (run, peak) = await VerifyAsync("artifact", "bundle.json");
        Assert.True(run.ExitCode == 0, run.Text);
        Assert.InRange(peak, 1, ArtifactKilobytes);
    }

    [Fact]
    public async Task A_bundle_of_a_gigabyte_is_refused_in_bounded_memory()
    {
        await File.WriteAllTextAsync(Under("artifact"), "x", TestContext.Current.CancellationToken);
        Sparse("bundle.json", GiB);
        var (run, peak) = await VerifyAsync("artifact", "bundle.json");
        Assert.True(run.ExitCode == 1, run.Text);
        Assert.Contains("TOO_LARGE", run.Output, StringComparison.Ordinal);
        Assert.InRange(peak, 1, BundleKilobytes);
    }

    [Fact]
    public async Task The_agent_reads_a_subject_of_four_gigabytes_in_constant_memory()
    {
        Sparse("artifact", 4 * GiB);
        await File.WriteAllBytesAsync(Under("signing_config.json"), SmallSigstore.ConfigAt("https://sign.example", timestamps: true, 2), TestContext.Current.CancellationToken);
        var (run, peak) = await MeasureAsync(
            Path.Combine(Installed.Image, "rootfs", "signing-agent"), "attest", Under("artifact"), "--dry-run", "--trusted-root", Under("trusted_root.json"), "--signing-config", Under("signing_config.json"));
        Assert.True(run.ExitCode == 0, run.Text);
        Assert.Contains($"sha256:{FourZeroGiB}", run.Output, StringComparison.Ordinal);
        Assert.InRange(peak, 1, AgentKilobytes);
    }

    private string Under(string name) => Path.Combine(_folder.FullName, name);

    private void Sparse(string name, long length)
    {
        using var file = File.Create(Under(name));
        file.SetLength(length);
    }

    private Task<(Command Run, long PeakKilobytes)> VerifyAsync(string artifact, string bundle) => MeasureAsync(
        Installed.Verifier, "verify", Under(artifact), "--bundle", Under(bundle), "--trusted-root", Under("trusted_root.json"), "--repo", "octo/app", "--format", "json");

    /// <summary>Runs a program as a child of a small program that says what the child's resident memory came to at its highest.</summary>
    private async Task<(Command Run, long PeakKilobytes)> MeasureAsync(params string[] command)
    {
        const string Measure = "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)";
        await File.WriteAllBytesAsync(Under("trusted_root.json"), _sigstore.TrustedRoot.ToJson(), TestContext.Current.CancellationToken);
        var run = await Command.RunAsync(
            "python3",
            ["-c", Measure, .. command],
            _folder.FullName);
        return (run, long.Parse(run.Output.TrimEnd().Split('\n')[^1], CultureInfo.InvariantCulture));
    }
}
