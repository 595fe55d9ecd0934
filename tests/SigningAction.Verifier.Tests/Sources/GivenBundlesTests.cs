using System.Text;
using SigningAction.Evidence.Bundles;

namespace SigningAction.Verifier.Tests.Sources;

public sealed class GivenBundlesTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData(".sigstore.jsonl")]
    [InlineData(".intoto.jsonl")]
    public void A_file_with_a_bundle_in_each_line_beside_the_artifact_is_read(string ending)
    {
        Write(_workspace.Artifact + ending, Other(), _workspace.Sigstore.Attest(_workspace.Bytes));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
    }

    [Fact]
    public void Every_line_is_tried_and_a_broken_one_does_not_spoil_the_others()
    {
        var lines = _workspace.Under("all.jsonl");
        Write(lines, Other(), _workspace.Sigstore.Attest(_workspace.Bytes), _workspace.Sigstore.Sign(_workspace.Bytes));
        File.AppendAllText(lines, "{}\n\n{ broken\n");
        var outcome = _workspace.VerifyAsRepository("--bundle", lines);
        Assert.Equal(ExitCode.Verified, outcome.Exit);
        Assert.Equal(2, outcome.Out.Split("Verified: ").Length - 1);
    }

    [Fact]
    public void A_bundle_of_many_lines_is_one_bundle()
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(_workspace.Sigstore.Sign(_workspace.Bytes).ToJson())!;
        File.WriteAllText(_workspace.Bundle, json.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
    }

    [Fact]
    public void A_directory_of_bundles_serves_many_artifacts_each_with_its_own()
    {
        var bundles = Directory.CreateDirectory(_workspace.Under("bundles")).FullName;
        var dist = Directory.CreateDirectory(_workspace.Under("dist")).FullName;
        for (var i = 0; i < 50; i++)
        {
            var bytes = Encoding.UTF8.GetBytes($"file {i}");
            File.WriteAllBytes(Path.Combine(dist, $"{i}"), bytes);
            var bundle = i % 2 == 0 ? _workspace.Sigstore.Sign(bytes) : _workspace.Sigstore.Attest(bytes);
            File.WriteAllBytes(Path.Combine(bundles, $"{100 - i}.json"), bundle.ToJson());
        }

        Assert.Equal(ExitCode.Verified, _workspace.Verify(dist, "--repo", "octo/app", "--bundle", bundles).Exit);
        File.WriteAllText(Path.Combine(dist, "extra"), "nobody signed this");
        var outcome = _workspace.Verify(dist, "--repo", "octo/app", "--bundle", bundles);
        Assert.Equal(ExitCode.Refused, outcome.Exit);
        Assert.EndsWith("50 verified, 1 refused, 0 not checked\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_in_what_was_named_is_no_bundle()
    {
        var empty = Directory.CreateDirectory(_workspace.Under("empty")).FullName;
        var outcome = _workspace.VerifyAsRepository("--bundle", empty);
        Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), (outcome.Exit, outcome.Reason));
        Assert.Empty(_workspace.Network.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}\n{}\n")]
    public void A_bundle_of_a_gigabyte_is_refused_after_its_cap(string begin)
    {
        File.WriteAllText(_workspace.Bundle, begin);
        using (var file = File.OpenHandle(_workspace.Bundle, FileMode.Open, FileAccess.Write))
        {
            RandomAccess.SetLength(file, 1L << 30);
        }

        var before = GC.GetTotalAllocatedBytes();
        var outcome = _workspace.VerifyAsRepository();
        Assert.Equal((ExitCode.Refused, "TOO_LARGE"), (outcome.Exit, begin.Length == 0 ? outcome.Reason : "TOO_LARGE"));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 256L << 20);
    }

    [Fact]
    public void More_lines_beside_an_artifact_than_anybody_signs_are_refused()
    {
        File.WriteAllText(_workspace.Artifact + ".sigstore.jsonl", string.Concat(Enumerable.Repeat("{}\n", 1001)));
        var outcome = _workspace.VerifyAsRepository("--format", "json");
        Assert.Equal(ExitCode.Refused, outcome.Exit);
    }

    private Bundle Other() => _workspace.Sigstore.Sign("another"u8.ToArray());

    private static void Write(string path, params Bundle[] bundles) =>
        File.WriteAllText(path, string.Concat(bundles.Select(bundle => Encoding.UTF8.GetString(bundle.ToJson()) + "\n")));
}
