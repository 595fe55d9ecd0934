using System.Diagnostics;

namespace SigningAction.Verifier.Tests.Sources;

/// <summary>What the caller names may be a pipe; what lies in a folder may not.</summary>
public sealed class InputFileTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_bundle_and_a_trusted_root_are_read_from_pipes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "named pipes are made by mkfifo");
        var (bundle, bundleWriter) = Pipe("bundle.pipe", _workspace.Sigstore.Attest(_workspace.Bytes).ToJson());
        var (root, rootWriter) = Pipe("root.pipe", _workspace.Sigstore.TrustedRoot.ToJson());
        var outcome = Outcome.Of("verify", _workspace.Artifact, "--repo", "octo/app", "--bundle", bundle, "--trusted-root", root);
        Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
        await Task.WhenAll(bundleWriter, rootWriter);
    }

    [Fact]
    public async Task A_pipe_that_brings_no_bundle_is_refused_by_its_reason()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "named pipes are made by mkfifo");
        var (pipe, writer) = Pipe("pipe", "{}"u8.ToArray());
        Assert.Equal((ExitCode.Refused, "BUNDLE_MALFORMED"), Verdict(_workspace.VerifyAsRepository("--bundle", pipe)));
        await writer;
    }

    [Fact]
    public async Task A_pipe_without_an_end_is_refused_after_its_cap()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "named pipes are made by mkfifo");
        var (pipe, writer) = Pipe("pipe", new byte[64 << 20]);
        Assert.Equal((ExitCode.Refused, "TOO_LARGE"), Verdict(_workspace.VerifyAsRepository("--bundle", pipe)));
        await writer;
    }

    [Fact]
    public void Standard_input_is_named_once()
    {
        var outcome = Outcome.Of("verify", "-", "--repo", "octo/app", "--bundle", "-");
        Assert.Equal(ExitCode.Usage, outcome.Exit);
        Assert.Contains("standard input, which is read once", outcome.Error, StringComparison.Ordinal);
    }

    private static (ExitCode Exit, string Reason) Verdict(Outcome outcome) => (outcome.Exit, outcome.Reason);

    /// <summary>A named pipe and the writer of its bytes, who is content when nobody reads to the end.</summary>
    private (string Path, Task Writer) Pipe(string name, byte[] bytes)
    {
        var path = _workspace.Under(name);
        Process.Start("mkfifo", path).WaitForExit();
        return (path, Task.Run(() =>
        {
            try
            {
                using var pipe = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                pipe.Write(bytes);
            }
            catch (IOException)
            {
                // The reader has left: it had seen enough.
            }
        }));
    }
}
