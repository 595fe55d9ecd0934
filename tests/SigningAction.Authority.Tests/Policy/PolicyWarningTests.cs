using SigningAction.Authority.Hosting;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Tests.Commands;
using SigningAction.Authority.Tests.Hosting;

namespace SigningAction.Authority.Tests.Policy;

/// <summary>A policy that is valid and can hardly be meant: <c>policy check</c> says so, and the authority takes it all the same.</summary>
public sealed class PolicyWarningTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("event", "pull_requst", 6, "GitHub Actions has no event 'pull_requst': it can never match. Did you mean pull_request?")]
    [InlineData("event", "[push, workflow_call]", 6, "GitHub Actions has no event 'workflow_call'")]
    [InlineData("workflow", "release.yml", 7, "'release.yml' can never match: workflows of GitHub Actions are below .github/workflows/")]
    [InlineData("workflow", "{ pattern: 'release.*' }", 7, "the pattern 'release.*' can never match")]
    [InlineData("ref", "{ pattern: 'v[0-9]+' }", 8, "the pattern 'v[0-9]+' can never match, because every ref begins with refs/heads/")]
    [InlineData("ref", "[refs/heads/main, { pattern: 'main|release' }]", 8, "the pattern 'main|release' can never match")]
    public async Task What_can_never_match_is_a_warning_with_its_line(string key, string value, int line, string message)
    {
        var file = Write(PolicyTexts.With(key, value));
        var (code, output, error) = await AuthorityCommand.RunAsync("policy", "check", file);
        Assert.Equal(ExitCodes.Done, code);
        Assert.StartsWith($"{file}:{line}: warning: rule 'release': {message}", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.Contains("valid, 1 allow", output, StringComparison.Ordinal);
        var (_, json, _) = await AuthorityCommand.RunAsync("policy", "check", file, "--format", "json");
        Assert.Contains("\"warnings\": [\n    {", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_owner_with_any_ref_is_a_warning()
    {
        var wide = PolicyTexts.With("ref", "{ pattern: '.*' }");
        var file = Write(wide.Replace("repository_id: 1234", "owner_id: 99", StringComparison.Ordinal));
        Assert.StartsWith($"{file}:4: warning: rule 'release': every repository of the owner may sign from every branch", (await AuthorityCommand.RunAsync("policy", "check", file)).Error, StringComparison.Ordinal);
        Assert.Empty((await AuthorityCommand.RunAsync("policy", "check", Write(wide))).Error);
    }

    [Fact]
    public async Task An_issuer_that_the_authority_does_not_have_is_a_warning_when_the_authority_is_named()
    {
        var authority = _directory.File("authority");
        Assert.Equal(ExitCodes.Done, (await AuthorityCommand.RunAsync("init", authority, "--url", "https://signing.example.com")).Code);
        var file = Write(PolicyTexts.Valid);
        Assert.Empty((await AuthorityCommand.RunAsync("policy", "check", file, "--authority", authority)).Error);
        var other = Write(PolicyTexts.Valid.Replace("https://token.actions.githubusercontent.com", "https://gitlab.example", StringComparison.Ordinal));
        Assert.Empty((await AuthorityCommand.RunAsync("policy", "check", other)).Error);
        Assert.Contains(":2: warning: rule 'release': no issuer of the authority is 'https://gitlab.example'", (await AuthorityCommand.RunAsync("policy", "check", other, "--authority", authority)).Error, StringComparison.Ordinal);
        await AuthorityCommand.RefusedAsync(ExitCodes.Failed, ["There is no "], "policy", "check", file, "--authority", _directory.Path);
    }

    [Theory]
    [InlineData("event", "[push, pull_request_target, dynamic]")]
    [InlineData("workflow", "{ pattern: '\\.github/workflows/[a-z]+\\.yml' }")]
    [InlineData("ref", "{ pattern: 'refs/tags/v[0-9]+' }")]
    [InlineData("ref", "{ pattern: '(refs/heads/main|v1)' }")]
    [InlineData("ref", "{ pattern: 'v?refs/heads/main' }")]
    [InlineData("ref", "{ pattern: 'main|refs/heads/main' }")]
    [InlineData("ref", "{ pattern: '^refs/heads/main$' }")]
    public async Task What_may_match_is_none(string key, string value) => Assert.Empty((await AuthorityCommand.RunAsync("policy", "check", Write(PolicyTexts.With(key, value)))).Error);

    [Fact]
    public async Task Files_of_other_platforms_are_where_they_like()
    {
        var text = PolicyTexts.With("workflow", ".gitlab-ci.yml").Replace("https://token.actions.githubusercontent.com", "https://gitlab.example", StringComparison.Ordinal).Replace("event: push", "event: web", StringComparison.Ordinal);
        Assert.Empty((await AuthorityCommand.RunAsync("policy", "check", Write(text))).Error);
    }

    [Fact]
    public async Task The_policy_that_init_writes_has_none() => Assert.Empty((await AuthorityCommand.RunAsync("policy", "check", Write(PolicyTemplate.Text))).Error);

    private string Write(string text)
    {
        File.WriteAllText(_directory.File("p.yml"), text);
        return _directory.File("p.yml");
    }
}
