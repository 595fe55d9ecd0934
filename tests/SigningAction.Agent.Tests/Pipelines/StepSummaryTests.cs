using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Tests.Pipelines;

public class StepSummaryTests
{
    [Theory]
    [InlineData("[click](javascript:alert(1))")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("a|b|c")]
    [InlineData("`code`</code><b>x</b>")]
    [InlineData("https://evil.example www.evil.example @octocat #1")]
    [InlineData("a\n\n# heading")]
    public void A_name_can_be_no_markup_no_link_and_no_cell(string name)
    {
        var html = StepSummary.Code(name);
        var inner = html["<code>".Length..^"</code>".Length];
        Assert.DoesNotContain(inner, c => "<>[]()`|*_\n:/.@\"'!\\~".Contains(c, StringComparison.Ordinal));
        Assert.Equal(inner.Count(c => c == '#'), inner.Split("&#").Length - 1);
        Assert.StartsWith("<code>", html, StringComparison.Ordinal);
        Assert.EndsWith("</code>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_sees_the_name_unchanged() =>
        Assert.Equal("<code>a-b|c.zip é</code>", System.Net.WebUtility.HtmlDecode(StepSummary.Code("a-b|c.zip é")));

    [Fact]
    public void A_summary_of_very_many_subjects_stays_below_what_the_runner_drops()
    {
        var subjects = Enumerable.Range(0, 20_000).Select(i => new SigningSubject($"file-{i}.bin", SubjectDigest.Of(Sha256Digest.Of([1])), "/x")).ToList();
        var text = StepSummary.Of(new SigningReport("https://a.example", [new SignedBundle(["b"], subjects, 1)]), path => path);
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(text) < 1024 * 1024);
        Assert.EndsWith("more subjects are not shown.\n", text.TrimEnd() + "\n", StringComparison.Ordinal);
    }
}
