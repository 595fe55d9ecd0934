using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Publishing;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

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

    [Fact]
    public void The_index_of_an_entry_is_a_link_where_the_log_has_pages()
    {
        var pages = new Uri("https://search.sigstore.dev/?logIndex=");
        Assert.Contains(" | <a href=\"https://search.sigstore.dev/?logIndex=1\">1</a> | ", StepSummary.Of(Report() with { EntryPages = pages }, path => path), StringComparison.Ordinal);
        Assert.Contains(" | 1 | ", StepSummary.Of(Report(), path => path), StringComparison.Ordinal);
    }

    [Fact]
    public void The_logs_that_have_pages_are_those_of_the_public_instance()
    {
        var always = new Validity(DateTimeOffset.UnixEpoch);
        Assert.NotNull(PublicGood.EntryPages(Select(PublicGood.Services())));
        foreach (var (log, version) in new[] { ("https://rekor.sigstore.dev.evil.test", 1), ("https://rekor.sigstore.dev", 2), ("https://sign.test", 2) })
        {
            Assert.Null(PublicGood.EntryPages(Select(SigningConfig.Create(
                new SigningService("https://sign.test", 1, always, "x"), new SigningService(log, version, always, "x"), new SigningService("https://sign.test/stamp", 1, always, "x")))));
        }

        static SigningServices Select(SigningConfig config) => SigningServices.Select(config, PublicGood.Root(), TrustProfile.Sigstore, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void An_image_with_its_attestation_is_verified_by_its_name()
    {
        var digest = SubjectDigest.Of(Sha256Digest.Of([1]));
        var bundle = new SignedBundle(["b.json"], [new SigningSubject("ghcr.io/octo/app", digest)], 1) { Json = new byte[] { 1 }, PredicateType = "https://slsa.dev/provenance/v1" };
        var report = Report() with
        {
            Bundles = [bundle],
            RepositoryUri = "https://github.com/octo/app",
            Publications = [new Publication($"ghcr.io/octo/app@{digest}", "b.json", PublicationState.Published) { BundleDigest = Sha256Digest.Of([1]) }],
        };
        var text = System.Net.WebUtility.HtmlDecode(StepSummary.Of(report, path => path));
        Assert.Contains($"signing-verifier verify oci://ghcr.io/octo/app@{digest} --trusted-root", text, StringComparison.Ordinal);
        Assert.Contains($"gh attestation verify oci://ghcr.io/octo/app@{digest} --bundle b.json --repo octo/app", text, StringComparison.Ordinal);
        Assert.Contains($"signing-verifier verify {digest} --bundle b.json", System.Net.WebUtility.HtmlDecode(StepSummary.Of(report with { Publications = [] }, path => path)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public-good", false)]
    [InlineData("https://sign.example", true)]
    [InlineData(null, true)]
    public void A_command_names_a_trusted_root_wherever_the_verifiers_own_is_not_the_one(string? authority, bool named) =>
        Assert.Equal(named, System.Net.WebUtility.HtmlDecode(StepSummary.Of(Report() with { Authority = authority }, path => path)).Contains("--trusted-root trusted_root.json", StringComparison.Ordinal));

    private static SigningReport Report() => new("https://a.example", [new SignedBundle(["b"], [new SigningSubject("a", SubjectDigest.Of(Sha256Digest.Of([1])), "/a")], 1)]);
}
