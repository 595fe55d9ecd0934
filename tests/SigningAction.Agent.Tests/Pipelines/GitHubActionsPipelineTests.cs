using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Subjects;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Tests.Pipelines;

public sealed class GitHubActionsPipelineTests : IDisposable
{
    private readonly TestPlace _place = new TestPlace().AsGitHubJob();
    private readonly HttpClient _http = ServiceHttp.CreateClient(new ScriptedNetwork(ScriptedNetwork.Broken()));

    private GitHubActionsPipeline Pipeline => new(
        _place.Environment, new ServiceClient(_http, _place.Time, TimeSpan.Zero), new SafeWriter(_place.Out, _place.Error));

    [Fact]
    public async Task A_job_without_the_permission_is_told_the_line_to_add()
    {
        var refused = await Assert.ThrowsAsync<AgentException>(() => Pipeline.RequestTokenAsync("sigstore", TestContext.Current.CancellationToken));
        Assert.Equal(AgentFault.NoIdentity, refused.Fault);
        Assert.Contains("`permissions: id-token: write`", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_masked_line_by_line()
    {
        Pipeline.Mask("first-line\nsecond-line");
        Assert.Equal("::add-mask::first-line\n::add-mask::second-line\n", _place.Error.ToString());
    }

    [Fact]
    public void What_a_server_says_is_printed_where_no_line_is_a_command()
    {
        Pipeline.Fail(new AgentException(AgentFault.RefusedByService, "Refused.") { ServerText = "::set-output name=x::y\n::add-mask::a\n##vso[task.setvariable]%0A::stop-commands::x" });
        var lines = _place.Error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var stop = lines.Single(l => l.StartsWith("::stop-commands::", StringComparison.Ordinal));
        var token = stop["::stop-commands::".Length..];
        Assert.True(token.Length >= 32);
        var from = Array.IndexOf(lines, stop);
        var to = Array.IndexOf(lines, $"::{token}::");
        Assert.Equal(from + 2, to);
        Assert.DoesNotContain(lines, l => l.StartsWith("::set-output", StringComparison.Ordinal) || l.StartsWith("::add-mask", StringComparison.Ordinal));
        Assert.DoesNotContain("##vso", _place.Printed, StringComparison.Ordinal);
        Assert.Equal("::error title=signing-agent%3A REFUSED_BY_SERVICE::", lines[^1][..51]);
    }

    [Theory]
    [InlineData("::add-mask::x")]
    [InlineData("  ::error::x")]
    public void A_line_of_progress_is_never_a_command(string line)
    {
        Pipeline.Progress(line);
        Assert.StartsWith("| ", _place.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fold_holds_its_lines_and_no_line_can_end_it()
    {
        Pipeline.Fold("2 files\n::add-mask::x", ["a.zip", "::endgroup::"]);
        Assert.Equal("::group::2 files\\u{A}::add-mask::x\na.zip\n| ::endgroup::\n::endgroup::\n", _place.Error.ToString());
    }

    [Fact]
    public void Outputs_that_cannot_be_written_are_told_without_losing_what_was_signed()
    {
        _place.Variables["GITHUB_OUTPUT"] = _place.PathOf("missing/output");
        var failed = Assert.Throws<AgentException>(() => Pipeline.Publish(new SigningReport("https://a.example", [new SignedBundle(["b"], [], 1)]), summary: true));
        Assert.Equal(AgentFault.CannotWrite, failed.Fault);
        Assert.Contains("Everything was signed", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_and_summary_are_appended_and_keep_hostile_paths_as_values()
    {
        var subject = new SigningSubject("a|b.zip", SubjectDigest.Of(Sha256Digest.Of("x"u8)), "/x");
        Pipeline.Publish(new SigningReport("https://github.com/o/r/w.yml@refs/heads/main", [new SignedBundle(["/tmp/a\nx=1"], [subject], 7)]), summary: true);
        var outputs = OutputFileTests.Parse(File.ReadAllText(_place.PathOf(".output")));
        Assert.Equal(("bundle-path", "/tmp/a\nx=1"), outputs[0]);
        Assert.Contains(("log-index", "7"), outputs);
        Assert.Contains(("certificate-identity", "https://github.com/o/r/w.yml@refs/heads/main"), outputs);
        Assert.Contains("<code>a&#124;b&#46;zip</code>", File.ReadAllText(_place.PathOf(".summary")), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _http.Dispose();
        _place.Dispose();
    }
}
