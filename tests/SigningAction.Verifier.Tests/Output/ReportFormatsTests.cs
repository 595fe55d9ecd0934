using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Verifier.Tests.Output;

public sealed class ReportFormatsTests : IDisposable
{
    private const string Escape = "\u001b[2K\r\u202e\uFFFE\n::error::x\n##vso[a]<&\"'|`%";
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void SARIF_has_a_result_for_what_is_not_verified_and_a_rule_with_help_for_each_reason_among_them()
    {
        var unsigned = _workspace.Under("not signed.zip");
        File.WriteAllBytes(unsigned, _workspace.Bytes);
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var outcome = _workspace.VerifyAsRepository(unsigned, "--format", "sarif");
        Assert.Equal((ExitCode.Refused, string.Empty), (outcome.Exit, outcome.Error));
        Assert.Equal("2.1.0", outcome.Json.GetProperty("version").GetString());
        var run = Assert.Single(outcome.Json.GetProperty("runs").EnumerateArray());
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().ToArray();
        Assert.Equal(("NO_BUNDLE", "No bundle"), (Assert.Single(rules).GetProperty("id").GetString(), rules[0].GetProperty("shortDescription").GetProperty("text").GetString()));
        Assert.All(rules, rule => Assert.NotEmpty(rule.GetProperty("help").GetProperty("text").GetString()!));
        Assert.Equal(2, run.GetProperty("artifacts").GetArrayLength());
        Assert.Equal(Sha256Digest.Of(_workspace.Bytes).ToString(), run.GetProperty("artifacts")[0].GetProperty("hashes").GetProperty("sha-256").GetString());
        var result = Assert.Single(run.GetProperty("results").EnumerateArray());
        Assert.Equal(("NO_BUNDLE", "error"), (result.GetProperty("ruleId").GetString(), result.GetProperty("level").GetString()));
        Assert.Equal("NO_BUNDLE", rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation");
        Assert.Equal(new Uri(unsigned).AbsoluteUri, place.GetProperty("uri").GetString());
        Assert.Equal(1, place.GetProperty("index").GetInt32());
        Assert.Equal(1, run.GetProperty("invocations")[0].GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public void SARIF_is_of_no_successful_run_where_a_file_was_not_checked()
    {
        var unsigned = _workspace.Under("unsigned");
        File.WriteAllText(unsigned, "unsigned");
        var outcome = _workspace.Verify(unsigned, _workspace.Under("missing"), "--repo", "octo/app", "--format", "sarif");
        Assert.Equal(ExitCode.Refused, outcome.Exit);
        Assert.False(outcome.Json.GetProperty("runs")[0].GetProperty("invocations")[0].GetProperty("executionSuccessful").GetBoolean());
    }

    [Fact]
    public void SARIF_tells_also_why_there_was_no_run()
    {
        var outcome = _workspace.Verify(_workspace.Artifact, "--format", "sarif");
        Assert.Equal(ExitCode.Usage, outcome.Exit);
        var run = outcome.Json.GetProperty("runs")[0];
        Assert.False(run.GetProperty("invocations")[0].GetProperty("executionSuccessful").GetBoolean());
        Assert.Equal("USAGE", run.GetProperty("results")[0].GetProperty("ruleId").GetString());
    }

    [Fact]
    public void JUnit_has_a_test_case_for_each_artifact()
    {
        var unsigned = _workspace.Under("b.zip");
        File.WriteAllBytes(unsigned, _workspace.Bytes);
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var outcome = _workspace.VerifyAsRepository(unsigned, _workspace.Under("missing"), "--format", "junit");
        Assert.Equal((ExitCode.Refused, string.Empty), (outcome.Exit, outcome.Error));
        var suite = XDocument.Parse(outcome.Out).Root!.Element("testsuite")!;
        Assert.Equal(("3", "1", "1"), (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value, suite.Attribute("errors")!.Value));
        var cases = suite.Elements("testcase").ToArray();
        Assert.Equal([_workspace.Artifact, unsigned, _workspace.Under("missing")], cases.Select(test => test.Attribute("name")!.Value));
        Assert.Contains("Repository   https://github.com/octo/app", cases[0].Element("system-out")!.Value, StringComparison.Ordinal);
        Assert.Equal("NO_BUNDLE", cases[1].Element("failure")!.Attribute("type")!.Value);
        Assert.Equal("NOT_CHECKED", cases[2].Element("error")!.Attribute("type")!.Value);
    }

    [Theory]
    [InlineData("sarif")]
    [InlineData("junit")]
    public void Text_of_strangers_stays_text_in_every_format(string format)
    {
        var name = _workspace.Under("x" + Escape);
        File.WriteAllBytes(name, _workspace.Bytes);
        var identity = InMemorySigstore.Workflow with { Event = Escape, SourceRef = "refs/heads/" + Escape };
        var statement = new Statement([new Subject(Escape, Sha256Digest.Of(_workspace.Bytes))], "https://" + Escape, "{}"u8.ToArray());
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes, identity, statement));
        var text = _workspace.VerifyAsRepository(name, "--format", format).Out;
        Assert.DoesNotContain(text, c => c != '\n' && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format);
        Assert.DoesNotContain("##", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\n::", text, StringComparison.Ordinal);
        if (format == "junit")
        {
            Assert.Equal(2, XDocument.Parse(text).Descendants("testcase").Count());
        }
        else
        {
            _ = JsonElement.Parse(text);
        }
    }

    [Fact]
    public void In_a_step_of_Actions_refusals_are_annotations_and_the_summary_has_a_row_for_each_artifact()
    {
        var unsigned = _workspace.Under("a,b:100%.zip");
        File.WriteAllBytes(unsigned, _workspace.Bytes);
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var outcome = InActions("verify", _workspace.Artifact, unsigned, "--repo", "octo/app", "--trusted-root", _workspace.TrustedRoot, "--format", "json");
        Assert.Equal(ExitCode.Refused, outcome.Exit);
        Assert.Equal(2, outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).Count());
        var annotation = Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("::error file=", annotation, StringComparison.Ordinal);
        Assert.Contains("a%2Cb%3A100%25.zip,title=NO_BUNDLE::No signature found", annotation, StringComparison.Ordinal);
        var summary = File.ReadAllText(Summary);
        Assert.Contains("1 verified, 1 refused, 0 not checked", summary, StringComparison.Ordinal);
        Assert.Equal(2 + 2, summary.Split('\n').Count(line => line.StartsWith('|')));
    }

    [Fact]
    public void No_name_makes_Markdown_or_a_command_in_the_summary()
    {
        var name = _workspace.Under("<img src=x>|[a](b)" + Escape.Replace("/", string.Empty, StringComparison.Ordinal));
        File.WriteAllBytes(name, _workspace.Bytes);
        var outcome = InActions("verify", name, "--repo", "octo/app", "--trusted-root", _workspace.TrustedRoot);
        Assert.DoesNotContain("\n::error::x", outcome.Error, StringComparison.Ordinal);
        var row = File.ReadAllText(Summary).Split('\n').Single(line => line.Contains("img", StringComparison.Ordinal));
        Assert.Equal(4, row.Count(c => c == '|'));
        Assert.DoesNotContain("<img", row, StringComparison.Ordinal);
        Assert.DoesNotContain("[", row, StringComparison.Ordinal);
    }

    [Fact]
    public void A_summary_that_cannot_be_written_does_not_change_the_verdict()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var outcome = Outcome.Of(
            With(name => name switch { "GITHUB_ACTIONS" => "true", "GITHUB_STEP_SUMMARY" => _workspace.Under("none/none.md"), _ => null }),
            "verify", _workspace.Artifact, "--repo", "octo/app", "--trusted-root", _workspace.TrustedRoot);
        Assert.Equal(ExitCode.Verified, outcome.Exit);
        Assert.Contains("the verdict stands", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_tells_every_proof_and_every_bundle_that_was_tried()
    {
        var other = _workspace.Under("other.json");
        File.WriteAllBytes(other, _workspace.Sigstore.Sign(_workspace.Bytes).ToJson());
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var json = _workspace.VerifyAsRepository("--bundle", _workspace.Bundle, "--bundle", other, "--format", "json").Json;
        Assert.Equal(1, json.GetProperty("further").GetArrayLength());
        Assert.False(json.GetProperty("further")[0].TryGetProperty("attestation", out _));
        var refused = _workspace.Verify(_workspace.Artifact, "--repo", "octo/x", "--bundle", _workspace.Bundle, "--bundle", other, "--format", "json").Json;
        Assert.Equal(["REPOSITORY_MISMATCH", "REPOSITORY_MISMATCH"], refused.GetProperty("tried").EnumerateArray().Select(tried => tried.GetProperty("code").GetString()));
    }

    private string Summary => _workspace.Under("summary.md");

    private Outcome InActions(params string[] args) =>
        Outcome.Of(With(name => name switch { "GITHUB_ACTIONS" => "true", "GITHUB_STEP_SUMMARY" => Summary, _ => null }), args);

    private Surroundings With(Func<string, string?> variable) => new() { Network = () => _workspace.Network, Variable = variable, IsWatched = () => false };
}
