using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Publishing;
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

    [Fact]
    public void What_is_published_where_is_told_with_failures_first_and_links_only_to_https()
    {
        var text = StepSummary.Of(
            Report() with
            {
                Publications =
                [
                    new Publication("release v1", "a.json", PublicationState.Published) { Id = "a.json", Url = "https://github.com/octo/app/releases/download/v1/a.json" },
                    new Publication("evil", "a.json", PublicationState.AlreadyThere) { Id = "x", Url = "javascript:alert(1)" },
                    new Publication("reg.test/[x](y)", "a.json", PublicationState.Failed) { Problem = "down", ServerText = "<b>" },
                ],
            },
            path => path);
        var table = text[text.IndexOf("### Published", StringComparison.Ordinal)..];
        Assert.Contains("<a href=\"https://github.com/octo/app/releases/download/v1/a.json\">", table, StringComparison.Ordinal);
        Assert.True(table.IndexOf("**not published**", StringComparison.Ordinal) < table.IndexOf("was there already", StringComparison.Ordinal));
        Assert.Contains("running the job again publishes only what is missing", table, StringComparison.Ordinal);
        Assert.DoesNotContain("javascript", table, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", table, StringComparison.Ordinal);
        Assert.DoesNotContain("[x]", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_summary_of_very_many_publications_stays_below_what_the_runner_drops()
    {
        var many = Enumerable.Range(0, 20_000).Select(i => new Publication("release v1", $"file-{i}.sigstore.json", PublicationState.Failed) { Problem = "down" }).ToList();
        var text = StepSummary.Of(Report() with { Publications = many }, path => path);
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(text) < 1024 * 1024);
        Assert.EndsWith("more are not shown.", text.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public-good", false)]
    [InlineData("https://sign.example", true)]
    [InlineData(null, true)]
    public void A_command_names_a_trusted_root_wherever_the_verifiers_own_is_not_the_one(string? authority, bool named) =>
        Assert.Equal(named, System.Net.WebUtility.HtmlDecode(StepSummary.Of(Report() with { Authority = authority }, path => path)).Contains("--trusted-root trusted_root.json", StringComparison.Ordinal));

    private static SigningReport Report() => new("https://a.example", [new SignedBundle(["b"], [new SigningSubject("a", SubjectDigest.Of(Sha256Digest.Of([1])), "/a")], 1)]);
}
