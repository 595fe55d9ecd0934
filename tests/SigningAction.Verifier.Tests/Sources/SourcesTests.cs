using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Sources;

namespace SigningAction.Verifier.Tests.Sources;

public sealed class SourcesTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Without_a_bundle_there_is_no_signature()
    {
        var outcome = _workspace.VerifyAsRepository();
        Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), (outcome.Exit, outcome.Reason));
        Assert.Contains("No signature found", outcome.Error, StringComparison.Ordinal);

        outcome = _workspace.Verify($"sha256:{Sha256Digest.Of(_workspace.Bytes)}", "--repo", "octo/app");
        Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), (outcome.Exit, outcome.Reason));
    }

    [Fact]
    public void A_bundle_beside_the_artifact_is_found_and_the_json_ending_comes_first()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);

        File.WriteAllText(_workspace.Artifact + ".sigstore", "not a bundle");
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);

        File.Move(_workspace.Bundle, _workspace.Artifact + ".sigstore", overwrite: true);
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
    }

    [Fact]
    public void A_path_that_exists_wins_over_the_digest_that_it_spells()
    {
        // Relative, as a digest has no folder: the current folder of tests belongs to all of them, so the name is one that nobody else has.
        var name = "sha256:" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        File.WriteAllBytes(name, _workspace.Bytes);
        try
        {
            _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
            Assert.Equal(ExitCode.Verified, _workspace.Verify(name, "--repo", "octo/app", "--bundle", _workspace.Bundle).Exit);
        }
        finally
        {
            File.Delete(name);
        }

        Assert.Equal("DIGEST_MISMATCH", _workspace.Verify(name, "--repo", "octo/app", "--bundle", _workspace.Bundle).Reason);
    }

    [Theory]
    [InlineData("sha256:")]
    [InlineData("sha256:00")]
    [InlineData("sha256:zz00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000000 ")]
    public void A_digest_of_another_form_is_a_usage_error(string digest) =>
        Assert.Equal((ExitCode.Usage, "USAGE"), Verdict(_workspace.Verify(digest, "--repo", "octo/app", "--bundle", _workspace.Bundle)));

    [Fact]
    public void Files_that_are_not_there_are_nobodys_verdict()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        var missing = _workspace.Under("missing");
        foreach (var outcome in new[]
        {
            _workspace.Verify(missing, "--repo", "octo/app"),
            _workspace.VerifyAsRepository("--bundle", missing),
            Outcome.Of("verify", _workspace.Artifact, "--repo", "octo/app", "--trusted-root", missing),
        })
        {
            Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(outcome));
            Assert.Contains($"{missing} does not exist", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Folders_pipes_devices_and_loops_are_not_checked_and_never_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kinds of files are told apart on Linux only");
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        var folder = Directory.CreateDirectory(_workspace.Under("folder")).FullName;
        var pipe = _workspace.Under("pipe");
        Process.Start("mkfifo", pipe).WaitForExit();
        var loop = _workspace.Under("loop");
        File.CreateSymbolicLink(loop, loop);
        foreach (var target in new[] { folder, pipe, "/dev/zero", loop })
        {
            Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(_workspace.Verify(target, "--repo", "octo/app", "--bundle", _workspace.Bundle)));
        }

        // Found beside the artifact, not chosen by the caller: an unpacked archive can hold anything.
        File.Delete(_workspace.Bundle);
        Process.Start("mkfifo", _workspace.Bundle).WaitForExit();
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(_workspace.VerifyAsRepository()));
    }

    [Fact]
    public void A_name_that_is_no_UTF_8_is_told_as_such()
    {
        // What the platform makes of such a name, whose bytes are then lost.
        var outcome = _workspace.Verify(_workspace.Under("app\uFFFD.zip"), "--repo", "octo/app");
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(outcome));
        Assert.Contains("its name is not UTF-8", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_size_of_artifact_is_hashed_to_its_last_byte()
    {
        foreach (var size in new[] { 0, 1, (1024 * 1024) - 1, 1024 * 1024, (1024 * 1024) + 1, 3_000_000 })
        {
            var bytes = new byte[size];
            new Random(size).NextBytes(bytes);
            File.WriteAllBytes(_workspace.Artifact, bytes);
            using var target = Open();
            Assert.Equal(Sha256Digest.Of(bytes), target.Artifact.Sha256);
            Assert.Equal(SHA512.HashData(bytes), target.Artifact.Digest("sha512")!.Value.ToArray());
        }
    }

    [Fact]
    public void An_empty_artifact_verifies_when_it_was_signed()
    {
        File.WriteAllBytes(_workspace.Artifact, []);
        _workspace.With(_workspace.Sigstore.Sign([]));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
    }

    [Theory]
    [InlineData("longer")]
    [InlineData("shorter")]
    [InlineData("rewritten")]
    public void An_artifact_that_changes_between_opening_and_hashing_has_no_digest(string how)
    {
        using var target = Open();
        File.WriteAllBytes(_workspace.Artifact, how switch
        {
            "longer" => [.. _workspace.Bytes, 0],
            "shorter" => _workspace.Bytes[1..],
            _ => [.. _workspace.Bytes.Select(b => (byte)(b ^ 0xff))],
        });
        File.SetLastWriteTimeUtc(_workspace.Artifact, File.GetLastWriteTimeUtc(_workspace.Artifact).AddSeconds(1));
        var problem = Assert.Throws<ProblemException>(() => target.Artifact.Sha256).Problem;
        Assert.Equal(ExitCode.NotChecked, problem.Exit);
        Assert.Contains("changed while it was read", problem.Fault, StringComparison.Ordinal);
    }

    /// <summary>Whoever looks at the progress is the one who writes: after the first piece, before the last.</summary>
    [Theory]
    [InlineData("longer")]
    [InlineData("shorter")]
    [InlineData("rewritten")]
    public void An_artifact_that_changes_while_it_is_hashed_has_no_digest(string how)
    {
        const int Length = 8 * 1024 * 1024;
        File.WriteAllBytes(_workspace.Artifact, new byte[Length]);
        var time = new FakeTimeProvider();
        var changed = false;
        var progress = new HashProgress(
            TextWriter.Null,
            () =>
            {
                using (var file = File.OpenHandle(_workspace.Artifact, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                {
                    RandomAccess.SetLength(file, how switch { "longer" => Length + 1, "shorter" => Length - 1, _ => Length });
                    RandomAccess.Write(file, [1], 0);
                }

                File.SetLastWriteTimeUtc(_workspace.Artifact, File.GetLastWriteTimeUtc(_workspace.Artifact).AddSeconds(1));
                return changed = true;
            },
            time);
        using var target = TargetArtifact.OpenFile(Target.OfPath(_workspace.Artifact), _workspace.Artifact, progress);
        time.Advance(TimeSpan.FromMinutes(1));
        var problem = Assert.Throws<ProblemException>(() => target.Artifact.Sha256).Problem;
        Assert.True(changed);
        Assert.Equal(ExitCode.NotChecked, problem.Exit);
        Assert.Contains("changed while it was read", problem.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_comes_to_mean_another_file_does_not_change_what_was_opened()
    {
        using var target = Open();
        File.Move(_workspace.Artifact, _workspace.Under("moved"));
        File.WriteAllText(_workspace.Artifact, "another");
        Assert.Equal(Sha256Digest.Of(_workspace.Bytes), target.Artifact.Sha256);
    }

    [Fact]
    public void A_bundle_over_its_cap_is_refused_without_being_read_to_its_end()
    {
        using (var file = File.OpenHandle(_workspace.Bundle, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.SetLength(file, 1L << 40);
        }

        Assert.Equal((ExitCode.Refused, "TOO_LARGE"), Verdict(_workspace.VerifyAsRepository()));
        Assert.Equal((ExitCode.Refused, "TOO_LARGE"), Verdict(_workspace.VerifyAsRepository("--bundle", "/dev/zero")));
    }

    [Fact]
    public void A_bundle_and_a_trusted_root_that_are_longer_than_the_first_read_are_read_whole()
    {
        var bundle = _workspace.Sigstore.Sign(_workspace.Bytes).ToJson();
        File.WriteAllBytes(_workspace.Bundle, [.. bundle, .. Enumerable.Repeat((byte)' ', 300_000)]);
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
    }

    [Fact]
    public void A_broken_trusted_root_says_nothing_about_the_artifact()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        foreach (var text in new[] { string.Empty, "{}", "[]", "null", new string(' ', Limits.TrustedRootBytes + 1) })
        {
            File.WriteAllText(_workspace.TrustedRoot, text);
            Assert.Equal((ExitCode.NotChecked, "TRUSTED_ROOT_MALFORMED"), Verdict(_workspace.VerifyAsRepository()));
        }
    }

    [Fact]
    public void A_broken_bundle_is_refused()
    {
        foreach (var text in new[] { string.Empty, "{}", "[]", "null", "\u0000" })
        {
            File.WriteAllText(_workspace.Bundle, text);
            Assert.Equal((ExitCode.Refused, "BUNDLE_MALFORMED"), Verdict(_workspace.VerifyAsRepository()));
        }
    }

    private TargetArtifact Open() =>
        TargetArtifact.OpenFile(Target.OfPath(_workspace.Artifact), _workspace.Artifact, new HashProgress(TextWriter.Null, () => false, TimeProvider.System));

    private static (ExitCode Exit, string Reason) Verdict(Outcome outcome) => (outcome.Exit, outcome.Reason);
}
