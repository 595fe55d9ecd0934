using System.Diagnostics;
using System.Text;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Sources;

namespace SigningAction.Verifier.Tests.Sources;

public sealed class TargetFinderTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_directory_is_every_file_in_it_but_the_side_files_of_files_that_are_there()
    {
        Write("dist/b", "dist/a", "dist/sub/c", "dist/.hidden", "dist/a.sigstore.json", "dist/b.intoto.jsonl", "dist/alone.sigstore.json");
        Assert.Equal(
            ["dist/.hidden", "dist/a", "dist/alone.sigstore.json", "dist/b", "dist/sub/c"],
            Found(_workspace.Under("dist")));
    }

    [Fact]
    public void Evidence_of_evidence_is_an_artifact()
    {
        Write("dist/a", "dist/a.sigstore", "dist/a.sigstore.sigstore.json", "dist/a.sigstore.intoto.jsonl", "dist/alone.sigstore", "dist/alone.sigstore.sigstore.json");
        Assert.Equal(
            ["dist/a", "dist/a.sigstore.intoto.jsonl", "dist/a.sigstore.sigstore.json", "dist/alone.sigstore"],
            Found(_workspace.Under("dist")));
    }

    [Fact]
    public void More_files_than_are_looked_at_are_a_usage_error_even_where_most_are_evidence()
    {
        Write("dist/a", "dist/a.sigstore", "dist/a.sigstore.json", "dist/a.sigstore.jsonl");
        Assert.Equal(["dist/a"], Names(new TargetFinder(new BundleRequest(), most: 2).Find([_workspace.Under("dist")], [])));
        Write("dist/z-evil");
        foreach (var name in new[] { "dist", "dist/*" })
        {
            var thrown = Assert.Throws<ProblemException>(() => new TargetFinder(new BundleRequest(), most: 2).Find([_workspace.Under(name)], []));
            Assert.Equal(ExitCode.Usage, thrown.Problem.Exit);
        }
    }

    [Fact]
    public void Side_files_that_are_named_beside_their_artifacts_are_left_out_with_a_note()
    {
        Write("dist/a", "dist/b", "dist/alone.sigstore");
        string[] expanded = ["dist/a", "dist/a.sigstore.json", "dist/b", "dist/b.intoto.jsonl"];
        foreach (var name in new[] { "a", "b" })
        {
            File.WriteAllBytes(_workspace.Under(expanded[name == "a" ? 1 : 3]), _workspace.Sigstore.Attest(Encoding.UTF8.GetBytes("dist/" + name)).ToJson());
        }

        var outcome = _workspace.Verify([.. expanded.Select(_workspace.Under), "--repo", "octo/app"]);
        Assert.Equal(ExitCode.Verified, outcome.Exit);
        Assert.StartsWith($"Note: named beside their artifacts, so taken as their bundles and not as artifacts: {_workspace.Under(expanded[1])}, ", outcome.Error, StringComparison.Ordinal);

        // By itself it was meant; and what only has such a name is an artifact.
        Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), Verdict(_workspace.Verify(_workspace.Under("dist/a.sigstore.json"), "--repo", "octo/app")));
        Assert.Equal(["dist/a", "dist/alone.sigstore"], Names(Finder().Find([_workspace.Under("dist/a"), _workspace.Under("dist/alone.sigstore"), _workspace.Under("dist/a.sigstore.json")], [])));
    }

    [Fact]
    public void A_bundle_that_is_named_is_no_artifact_of_its_directory()
    {
        Write("dist/a", "dist/all.jsonl");
        Assert.Equal(["dist/a"], Names(Finder(_workspace.Under("dist/all.jsonl")).Find([_workspace.Under("dist")], [])));
    }

    [Fact]
    public void Bundles_below_a_directory_that_is_named_are_no_artifacts_and_what_else_lies_there_is()
    {
        Write("dist/a", "dist/evidence/package.json", "dist/evidence/readme.txt");
        var bundle = _workspace.Sigstore.Sign(Encoding.UTF8.GetBytes("dist/a")).ToJson();
        File.WriteAllBytes(_workspace.Under("dist/evidence/one.json"), bundle);
        File.WriteAllBytes(_workspace.Under("dist/evidence/two.jsonl"), [.. bundle, (byte)'\n', .. bundle]);
        File.WriteAllBytes(_workspace.Under("dist/mixed.jsonl"), [.. bundle, .. "\n{\"no\":\"bundle\"}"u8]);
        string[] artifacts = ["dist/a", "dist/evidence/package.json", "dist/evidence/readme.txt"];
        Assert.Equal(6, Found(_workspace.Under("dist")).Count());
        Assert.Equal([.. artifacts, "dist/mixed.jsonl"], Names(Finder(_workspace.Under("dist/evidence")).Find([_workspace.Under("dist")], [])));
        Assert.Equal([.. artifacts, "dist/mixed.jsonl"], Names(Finder(_workspace.Under("dist/")).Find([_workspace.Under("dist")], [])));
    }

    [Theory]
    [InlineData("*", "a.txt", "b.zip")]
    [InlineData("*.txt", "a.txt")]
    [InlineData("?.zip", "b.zip")]
    [InlineData("**/*.txt", "a.txt", "sub/d.txt", "sub/deep/c.txt")]
    [InlineData("sub/**/*.txt", "sub/d.txt", "sub/deep/c.txt")]
    [InlineData("sub/**", "sub/d.txt", "sub/deep/c.txt")]
    [InlineData("**/deep/*", "sub/deep/c.txt")]
    [InlineData("s*/*.txt", "sub/d.txt")]
    public void A_pattern_that_the_shell_left_alone_is_expanded(string pattern, params string[] expected)
    {
        Write("dist/a.txt", "dist/b.zip", "dist/sub/d.txt", "dist/sub/deep/c.txt");
        Assert.Equal(expected.Select(name => "dist/" + name), Found(_workspace.Under("dist") + "/" + pattern));
    }

    [Fact]
    public void A_name_that_exists_is_that_file_even_with_a_star_in_it()
    {
        Write("dist/a*", "dist/ab");
        Assert.Equal(["dist/a*"], Found(_workspace.Under("dist/a*")));
    }

    [Fact]
    public void Links_to_directories_are_not_entered_and_circles_end()
    {
        Write("dist/a", "outside/secret");
        Directory.CreateSymbolicLink(_workspace.Under("dist/circle"), _workspace.Under("dist"));
        Directory.CreateSymbolicLink(_workspace.Under("dist/out"), _workspace.Under("outside"));
        Assert.Equal(["dist/a"], Found(_workspace.Under("dist")));
        Assert.Equal(["dist/a"], Found(_workspace.Under("dist/**/*")));
    }

    [Fact]
    public void Verifying_nothing_is_never_success()
    {
        Directory.CreateDirectory(_workspace.Under("empty"));
        foreach (var name in new[] { "empty", "empty/*", "no-such/*", "*.none" })
        {
            var outcome = _workspace.Verify(_workspace.Under(name), "--repo", "octo/app");
            Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), (outcome.Exit, outcome.Reason));
        }
    }

    [Fact]
    public void What_is_no_file_in_a_directory_is_named_and_not_passed_over()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kinds of files are told apart on Linux only");
        Write("dist/a");
        File.WriteAllBytes(_workspace.Under("dist/a.sigstore.json"), _workspace.Sigstore.Sign(Encoding.UTF8.GetBytes("dist/a")).ToJson());
        Assert.Equal(ExitCode.Verified, _workspace.Verify(_workspace.Under("dist"), "--repo", "octo/app").Exit);
        Process.Start("mkfifo", _workspace.Under("dist/pipe")).WaitForExit();
        var outcome = _workspace.Verify(_workspace.Under("dist"), "--repo", "octo/app");
        Assert.Equal(ExitCode.NotChecked, outcome.Exit);
        Assert.Contains("dist/pipe is no regular file", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_named_twice_is_verified_once()
    {
        Write("dist/a");
        Assert.Equal(["dist/a"], Names(Finder().Find([_workspace.Under("dist/a"), _workspace.Under("dist/*"), _workspace.Under("dist/a")], [])));
    }

    [Fact]
    public void A_checksum_file_names_digests_and_bundles_lie_beside_the_names()
    {
        var digest = Sha256Digest.Of(_workspace.Bytes);
        var list = _workspace.Under("SHA256SUMS");
        foreach (var line in new[] { $"{digest}  app.zip", $"{digest} *app.zip\r\n", $"SHA256 (app.zip) = {digest}\n" })
        {
            File.WriteAllText(list, line);
            Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), Verdict(_workspace.Verify("--checksums", list, "--repo", "octo/app")));
            _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
            Assert.Equal(ExitCode.Verified, _workspace.Verify("--checksums", list, "--repo", "octo/app").Exit);
            File.Delete(_workspace.Bundle);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("# comment")]
    [InlineData("00  app.zip")]
    [InlineData("3f786850e387550fdab836ed7e6dc881de23001b9b3f5b4a1e7c6c1a0a1d2c11  a\n\n3f786850e387550fdab836ed7e6dc881de23001b9b3f5b4a1e7c6c1a0a1d2c11  b")]
    [InlineData("3f786850e387550fdab836ed7e6dc881de23001b9b3f5b4a1e7c6c1a0a1d2c11")]
    public void A_checksum_file_with_a_line_of_another_form_is_not_checked(string text)
    {
        File.WriteAllText(_workspace.Under("sums"), text);
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(_workspace.Verify("--checksums", _workspace.Under("sums"), "--repo", "octo/app")));
    }

    [Fact]
    public void Names_in_a_checksum_file_do_not_lead_out_of_its_directory()
    {
        var digest = Sha256Digest.Of(_workspace.Bytes);
        foreach (var name in new[] { "../app.zip", _workspace.Artifact, "a/../../app.zip" })
        {
            File.WriteAllText(_workspace.Under("sums"), $"{digest}  {name}\n");
            Assert.Null(Assert.Single(Finder().Find([], [_workspace.Under("sums")])).Beside);
        }
    }

    private static (ExitCode Exit, string Reason) Verdict(Outcome outcome) => (outcome.Exit, outcome.Reason);

    private static TargetFinder Finder(params string[] bundles) => new(new BundleRequest { Paths = bundles });

    private IEnumerable<string> Found(string name) => Names(Finder().Find([name], []));

    private IEnumerable<string> Names(IEnumerable<Target> targets) => targets.Select(target => Path.GetRelativePath(_workspace.Under("."), target.Path!));

    private void Write(params string[] names)
    {
        foreach (var path in names.Select(_workspace.Under))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Path.GetRelativePath(_workspace.Under("."), path));
        }
    }
}
