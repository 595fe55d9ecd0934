using System.Runtime.InteropServices;
using SigningAction.Agent.Subjects;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Subjects;

public sealed partial class SubjectFinderTests : IDisposable
{
    private readonly TestPlace _place = new();

    [Fact]
    public void Globs_and_paths_give_each_file_once_in_ordinal_order()
    {
        foreach (var name in new[] { "dist/b.zip", "dist/a.zip", "dist/sub/c.zip", "dist/d.txt", "dist/.hidden.zip" })
        {
            _place.Write(name, name);
        }

        Assert.Equal(["dist/.hidden.zip", "dist/a.zip", "dist/b.zip", "dist/sub/c.zip"], Find("dist/**/*.zip", "dist/a.zip", "./dist/*.zip"));
        Assert.Equal(["dist/a.zip", "dist/b.zip"], Find("dist/[ab].zip".Replace("[ab]", "*", StringComparison.Ordinal)).Except(["dist/.hidden.zip"]));
    }

    [Fact]
    public void A_file_with_a_star_in_its_name_is_itself()
    {
        _place.Write("a*.zip", "star");
        _place.Write("ab.zip", "other");
        Assert.Equal(["a*.zip"], Find("a*.zip"));
    }

    [Fact]
    public void Names_are_compared_with_their_case()
    {
        _place.Write("A.ZIP", "x");
        Refused(AgentFault.NoMatch, "*.zip");
    }

    [Theory]
    [InlineData("missing.zip")]
    [InlineData("*.zip")]
    [InlineData("missing/**")]
    [InlineData("a?.zip")]
    public void A_pattern_without_a_match_is_an_error_that_names_it(string pattern) =>
        Assert.Contains($"'{pattern}'", Refused(AgentFault.NoMatch, pattern).Message, StringComparison.Ordinal);

    [Fact]
    public void One_pattern_without_a_match_fails_the_run_even_beside_others()
    {
        _place.Write("a.zip", "x");
        Refused(AgentFault.NoMatch, "a.zip", "b*.zip");
    }

    [Fact]
    public void Nothing_at_all_is_an_error() => Refused(AgentFault.NoMatch);

    [Fact]
    public void A_match_that_is_a_link_out_of_the_directory_is_refused()
    {
        using var elsewhere = new TestPlace();
        var secret = elsewhere.Write("secret", "x");
        _place.Write("dist/a.zip", "x");
        File.CreateSymbolicLink(_place.PathOf("dist/b.zip"), secret);
        Refused(AgentFault.SubjectRefused, "dist/*");
        Assert.Equal(["dist/b.zip"], Find("dist/b.zip"));
    }

    [Fact]
    public void A_link_that_stays_inside_is_a_file_and_linked_directories_are_not_entered()
    {
        _place.Write("dist/real/a.zip", "x");
        File.CreateSymbolicLink(_place.PathOf("dist/b.zip"), "real/a.zip");
        Directory.CreateSymbolicLink(_place.PathOf("dist/circle"), "..");
        Assert.Equal(["dist/b.zip", "dist/real/a.zip"], Find("dist/**"));
    }

    [Fact]
    public void A_pattern_cannot_climb_after_a_wildcard() => Refused(AgentFault.Usage, "*/../../x*");

    [Fact]
    public void A_directory_stands_for_every_file_below_it()
    {
        _place.Write("dist/a.zip", "x");
        _place.Write("dist/sub/b.zip", "x");
        _place.Write("other.zip", "x");
        Assert.Equal(["dist/a.zip", "dist/sub/b.zip"], Find("dist"));
        Refused(AgentFault.NoMatch, Directory.CreateDirectory(_place.PathOf("empty")).Name);
    }

    [Theory]
    [InlineData("dist/*", "dist/a.zip dist/sub/b.zip dist/sub/deep/c.txt")]
    [InlineData("dist/*/", "dist/sub/b.zip dist/sub/deep/c.txt")]
    [InlineData("dist/s?b", "dist/sub/b.zip dist/sub/deep/c.txt")]
    [InlineData("**/deep", "dist/sub/deep/c.txt")]
    [InlineData("dist/*.zip", "dist/a.zip")]
    [InlineData("*.zip", "other.zip")]
    public void A_pattern_that_matches_a_directory_takes_every_file_below_it_and_enters_no_other(string pattern, string found)
    {
        foreach (var name in new[] { "dist/a.zip", "dist/sub/b.zip", "dist/sub/deep/c.txt", "dist/sub/b.zip.sigstore.json", "other.zip" })
        {
            _place.Write(name, "x");
        }

        Assert.Equal(found.Split(' '), Find(pattern));
    }

    [Fact]
    public void A_pattern_after_an_exclamation_mark_that_matches_a_directory_takes_away_all_below_it()
    {
        _place.Write("dist/a.zip", "x");
        _place.Write("dist/sub/b.zip", "x");
        _place.Write("dist/sub/deep/c.txt", "x");
        Assert.Equal(["dist/a.zip"], Find("dist", "!dist/s?b"));
        Assert.Equal(["dist/a.zip", "dist/sub/b.zip"], Find("dist", "!**/deep"));
    }

    [Fact]
    public void Below_a_directory_that_matches_links_are_followed_no_further_than_elsewhere()
    {
        using var elsewhere = new TestPlace();
        _place.Write("dist/a.zip", "x");
        Directory.CreateSymbolicLink(_place.PathOf("dist/linked"), elsewhere.Directory_);
        elsewhere.Write("x.zip", "x");
        Assert.Equal(["dist/a.zip"], Find("dist/*"));
        _place.Write("dist/sub/b.zip", "x");
        File.CreateSymbolicLink(_place.PathOf("dist/sub/c.zip"), elsewhere.PathOf("x.zip"));
        Refused(AgentFault.SubjectRefused, "dist/*");
    }

    [Fact]
    public void A_directory_that_may_not_be_looked_into_is_told_and_no_fault_of_ours()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Files have no modes there.");
            return;
        }

        _place.Write("dist/sub/a.zip", "x");
        File.SetUnixFileMode(_place.PathOf("dist/sub"), UnixFileMode.None);
        try
        {
            Assert.Contains("'dist/*'", OrdinaryAccount.Run(() => Refused(AgentFault.CannotRead, "dist/*")).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(_place.PathOf("dist/sub"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Theory]
    [InlineData("/home/runner/work/app/app/dist/a.zip")]
    [InlineData("/home/runner/work/app/app/dist/*")]
    [InlineData("!/home/runner/work/app/app/dist/a.zip")]
    public void A_path_of_the_machine_outside_of_the_steps_container_is_told_how_to_be_written(string pattern)
    {
        var refused = Assert.Throws<AgentException>(() => SubjectFinder.Find([pattern], "/github/workspace"));
        Assert.Equal(AgentFault.NoMatch, refused.Fault);
        Assert.Contains("Write paths from the workspace: 'dist/app.zip', and not '${{ github.workspace }}/dist/app.zip'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_after_an_exclamation_mark_takes_away_what_was_found_before_it()
    {
        foreach (var name in new[] { "dist/a.zip", "dist/b.zip", "dist/c.txt", "dist/debug/d.zip" })
        {
            _place.Write(name, "x");
        }

        Assert.Equal(["dist/a.zip", "dist/c.txt"], Find("dist/**", "!dist/b*", "!dist/debug"));
        Assert.Equal(["dist/b.zip"], Find("dist/*.zip", "!**/*.zip", "dist/b.zip"));
        Assert.Equal(["dist/b.zip"], Find("dist/?.zip", "!dist/a.zip"));
        Refused(AgentFault.NoMatch, "dist/*.zip", "!dist");
    }

    [Theory]
    [InlineData("dist/?.zip", "dist/a.zip dist/b.zip dist/z.zip")]
    [InlineData("dist/[ab].zip", "dist/a.zip dist/b.zip")]
    [InlineData("dist/[!ab]*.zip", "dist/long.zip dist/z.zip")]
    [InlineData("dist/[x-z].zip", "dist/z.zip")]
    [InlineData("**/z.zip", "dist/deep/er/z.zip dist/z.zip")]
    [InlineData("dist/**/z.zip", "dist/deep/er/z.zip dist/z.zip")]
    [InlineData("dist/*/*/z.zip", "dist/deep/er/z.zip")]
    [InlineData("dist/(a|b)+?$*.zip", "dist/(a|b)+x$.zip")]
    public void A_wildcard_stands_for_what_a_shell_takes_it_for(string pattern, string found)
    {
        foreach (var name in new[] { "dist/a.zip", "dist/b.zip", "dist/z.zip", "dist/long.zip", "dist/deep/er/z.zip", "dist/(a|b)+x$.zip" })
        {
            _place.Write(name, "x");
        }

        Assert.Equal(found.Split(' '), Find(pattern).Except(pattern.StartsWith("dist/[!", StringComparison.Ordinal) ? ["dist/(a|b)+x$.zip"] : []));
    }

    [Theory]
    [InlineData("dist/[]*")]
    [InlineData("dist/[z-a]*")]
    [InlineData("dist/[*")]
    public void A_bracket_that_means_nothing_is_a_usage_error(string pattern) => Refused(AgentFault.Usage, pattern);

    [Fact]
    public void A_hundred_thousand_links_within_the_directory_are_found()
    {
        Directory.CreateDirectory(_place.PathOf("many"));
        for (var i = 0; i < 100_000; i++)
        {
            File.CreateSymbolicLink(_place.PathOf($"many/{i}"), "../one");
        }

        _place.Write("one", "x");
        Assert.Equal(100_001, SubjectFinder.Find(["**"], _place.Directory_).Count);
    }

    [Fact]
    public void A_pipe_is_refused_without_opening_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Named pipes are of Unix.");
        Assert.Equal(0, MkFifo(_place.PathOf("pipe.zip"), 0x1B6));
        Refused(AgentFault.SubjectRefused, "pipe.zip");
        Refused(AgentFault.SubjectRefused, "*.zip");
    }

    [Theory]
    [InlineData("a\nb.zip")]
    [InlineData("a\u001b[31m.zip")]
    [InlineData("a\u202egpj.zip")]
    public void A_name_that_could_be_shown_as_another_is_refused(string name)
    {
        _place.Write(name, "x");
        Refused(AgentFault.SubjectRefused, name);
        var refused = Refused(AgentFault.SubjectRefused, "*.zip");
        Assert.DoesNotContain(refused.Message, char.IsControl);
    }

    [Fact]
    public void Bundles_of_an_earlier_run_are_no_matches_of_a_glob()
    {
        _place.Write("a.zip", "x");
        _place.Write("a.zip.sigstore.json", "{}");
        _place.Write(".x1.y2.sigstore.tmp", "{");
        Assert.Equal(["a.zip"], Find("*"));
        Assert.Equal(["a.zip.sigstore.json"], Find("a.zip.sigstore.json"));
    }

    public void Dispose() => _place.Dispose();

    private IEnumerable<string> Find(params string[] patterns) =>
        SubjectFinder.Find(patterns, _place.Directory_).Select(p => Path.GetRelativePath(_place.Directory_, p));

    private AgentException Refused(AgentFault fault, params string[] patterns)
    {
        var refused = Assert.Throws<AgentException>(() => Find(patterns).ToList());
        Assert.Equal(fault, refused.Fault);
        return refused;
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MkFifo(string path, uint mode);
}
