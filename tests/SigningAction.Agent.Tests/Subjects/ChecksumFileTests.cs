using SigningAction.Agent.Subjects;
using SigningAction.Agent.Tests.Fakes;

namespace SigningAction.Agent.Tests.Subjects;

public sealed class ChecksumFileTests : IDisposable
{
    private static readonly string A = new('a', 64);
    private static readonly string B = new('b', 64);
    private readonly TestPlace _place = new();

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Lines_of_sha256sum_are_subjects_in_either_mode_and_with_either_line_end(string end)
    {
        _place.Write("SHA256SUMS", $"{A}  one two.zip{end}# comment{end}{end}{B.ToUpperInvariant()} *b.zip{end}{A} single.zip");
        Assert.Equal(
            [("one two.zip", $"sha256:{A}"), ("b.zip", $"sha256:{B}"), ("single.zip", $"sha256:{A}")],
            ChecksumFile.Read("SHA256SUMS", _place.Directory_).Select(s => (s.Name, s.Digest.ToString())));
    }

    [Fact]
    public void The_lines_themselves_may_be_given()
    {
        Assert.Equal("x", Assert.Single(ChecksumFile.Read($"{A}  x", _place.Directory_)).Name);
        Assert.Equal(2, ChecksumFile.Read($"{A}  x\n{A}  y\n", _place.Directory_).Count);
    }

    [Fact]
    public void A_digest_may_stand_as_a_push_of_an_image_prints_it()
    {
        Assert.Equal(
            [$"ghcr.io/octo/app sha256:{A}", $"ghcr.io/octo/tool sha256:{B}"],
            ChecksumFile.Read($"sha256:{A}  ghcr.io/octo/app\n{B} ghcr.io/octo/tool", _place.Directory_).Select(s => $"{s.Name} {s.Digest}"));
        Assert.Equal("x", Assert.Single(ChecksumFile.Read($"sha256:{A}  x", _place.Directory_)).Name);
    }

    [Fact]
    public void The_length_says_which_algorithm_it_is() => Assert.Equal(
        ["sha512", "sha384"], new[] { 128, 96 }.Select(length => ChecksumFile.Parse($"{new string('0', length)}  x", "f")[0].Digest.Algorithm));

    [Theory]
    [InlineData("no-delimiter", AgentFault.Usage)]
    [InlineData("zz  x", AgentFault.Usage)]
    [InlineData("SHA256 (x) = AAAA", AgentFault.Usage)]
    [InlineData("sha512:AAAA  x", AgentFault.Usage)]
    [InlineData(":AAAA  x", AgentFault.Usage)]
    [InlineData("sha256:  x", AgentFault.Usage)]
    [InlineData("AAAA  x\n BBBB  y", AgentFault.Usage)]
    [InlineData("\\AAAA  a\\nb", AgentFault.Usage)]
    [InlineData("da39a3ee5e6b4b0d3255bfef95601890afd80709  sha1", AgentFault.Usage)]
    [InlineData("AAAA  ", AgentFault.SubjectRefused)]
    [InlineData("AAAA  a\u202Eb", AgentFault.SubjectRefused)]
    [InlineData("AAAA  a\u001b[1mb", AgentFault.SubjectRefused)]
    [InlineData("\n \n", AgentFault.Usage)]
    public void A_line_that_is_none_fails_the_whole_file(string text, AgentFault fault) =>
        Assert.Equal(fault, Assert.Throws<AgentException>(() => ChecksumFile.Parse(text.Replace("AAAA", A, StringComparison.Ordinal).Replace("BBBB", B, StringComparison.Ordinal), "f")).Fault);

    [Fact]
    public void Two_kinds_of_digest_in_one_file_are_refused_with_the_line() => Assert.Contains(
        "Line 2 of 'f'", Assert.Throws<AgentException>(() => ChecksumFile.Parse($"{A}  x\n{A}{A}  y", "f")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var refused = Assert.Throws<AgentException>(() => ChecksumFile.Read("SUMS", _place.Directory_));
        Assert.Equal((AgentFault.Usage, "SUMS"), (refused.Fault, refused.File));
    }

    [Fact]
    public void A_fault_of_a_file_has_its_line_and_one_of_given_lines_has_no_file()
    {
        _place.Write("SUMS", $"{A}  x\n\nzz  y");
        var ofFile = Assert.Throws<AgentException>(() => ChecksumFile.Read("SUMS", _place.Directory_));
        Assert.Equal(("SUMS", 3), (ofFile.File, ofFile.Line));
        var ofLines = Assert.Throws<AgentException>(() => ChecksumFile.Read($"{A}  x\nzz  y", _place.Directory_));
        Assert.Null(ofLines.File);
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_called_so()
    {
        File.CreateSymbolicLink(_place.PathOf("SUMS"), "gone");
        Assert.Contains("it is a link that leads nowhere", Assert.Throws<AgentException>(() => ChecksumFile.Read("SUMS", _place.Directory_)).Message, StringComparison.Ordinal);
        Assert.Contains("it is a link that leads nowhere", Assert.Throws<AgentException>(() => SubjectFinder.Find(["S*"], _place.Directory_)).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_place.PathOf("folder"));
        Assert.Contains("it is a directory", Assert.Throws<AgentException>(() => ChecksumFile.Read("folder", _place.Directory_)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_line_more_than_a_run_takes_is_refused()
    {
        var line = $"{A}  x\n";
        var most = string.Concat(Enumerable.Repeat(line, SubjectLimits.Subjects));
        Assert.Equal(SubjectLimits.Subjects, ChecksumFile.Parse(most, "f").Count);
        Assert.Equal(AgentFault.TooManySubjects, Assert.Throws<AgentException>(() => ChecksumFile.Parse(most + line, "f")).Fault);
    }

    [Theory]
    [InlineData("a.zip", "a.zip")]
    [InlineData("a.zip\nb.zip\r\n\n  c.zip  ", "a.zip|b.zip|c.zip")]
    [InlineData("a.zip, b.zip,,c.zip", "a.zip|b.zip|c.zip")]
    [InlineData("\"a,b.zip\", c.zip", "a,b.zip|c.zip")]
    [InlineData("\"a \"\"b\"\".zip\"", "a \"b\".zip")]
    [InlineData("a\"b.zip,c", "a\"b.zip|c")]
    [InlineData("\"open,a\nb", "open,a|b")]
    [InlineData(" , \n", "")]
    public void A_list_has_a_path_a_line_or_commas_between(string list, string paths) =>
        Assert.Equal(paths.Split('|', StringSplitOptions.RemoveEmptyEntries), SubjectPathList.Parse(list));

    public void Dispose() => _place.Dispose();
}
