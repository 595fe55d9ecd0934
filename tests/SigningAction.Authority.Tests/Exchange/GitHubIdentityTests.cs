using System.Text.Json.Nodes;
using SigningAction.Authority.Exchange;
using SigningAction.Evidence.Policy;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>Claims → identity, as Fulcio maps GitHub's (reference 03, section 3).</summary>
public sealed class GitHubIdentityTests : IAsyncLifetime
{
    private ExchangeHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ExchangeHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_called_workflow_signs_and_its_caller_is_the_source()
    {
        _host.Issuer.Run = new WorkflowRun
        {
            ReusableWorkflow = "octo-org/builders/.github/workflows/build.yml@refs/tags/v2",
            ReusableWorkflowSha = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            Environment = "prod",
            Visibility = "private",
            Runner = "self-hosted",
            RunAttempt = "3",
        };
        var token = await _host.ValidateAsync(_host.Issuer.IssueToken());
        var expected = new PipelineIdentity
        {
            Issuer = _host.Issuer.Url,
            Subject = "repo:octo-org/octo-repo:environment:prod",
            SignerUri = "https://github.com/octo-org/builders/.github/workflows/build.yml@refs/tags/v2",
            SignerDigest = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            RunnerEnvironment = "self-hosted",
            RepositoryUri = "https://github.com/octo-org/octo-repo",
            SourceDigest = "9f4bbf1c7e22a6a1b4d2c7ec0a3b1de0f5a6c7d8",
            SourceRef = "refs/heads/main",
            RepositoryId = "74",
            OwnerUri = "https://github.com/octo-org",
            OwnerId = "65",
            CallerUri = "https://github.com/octo-org/octo-repo/.github/workflows/release.yml@refs/heads/main",
            CallerDigest = "9f4bbf1c7e22a6a1b4d2c7ec0a3b1de0f5a6c7d8",
            Event = "push",
            RunUri = "https://github.com/octo-org/octo-repo/actions/runs/1234567890/attempts/3",
            Visibility = "private",
            Environment = "prod",
            WorkflowName = "release",
            RepositoryName = "octo-org/octo-repo",
        };
        Assert.Equal(expected, token.Identity);
    }

    [Theory]
    [InlineData("sub")]
    [InlineData("ref")]
    [InlineData("sha")]
    [InlineData("repository")]
    [InlineData("repository_owner")]
    [InlineData("repository_id")]
    [InlineData("repository_owner_id")]
    [InlineData("event_name")]
    [InlineData("job_workflow_ref")]
    [InlineData("workflow_ref")]
    [InlineData("runner_environment")]
    [InlineData("run_id")]
    [InlineData("run_attempt")]
    public async Task A_claim_that_the_certificate_needs_must_be_there_and_not_empty(string claim)
    {
        var absent = await _host.RefusalAsync(_host.Issuer.IssueToken(c => c.Remove(claim)));
        Assert.Equal(TokenRefusal.ClaimMissing, absent.Refusal);
        Assert.Contains(claim, absent.Message, StringComparison.Ordinal);
        await _host.AssertRefusedAsync(TokenRefusal.ClaimMissing, _host.Issuer.IssueToken(c => c[claim] = ""));
    }

    [Theory]
    [InlineData("job_workflow_sha")]
    [InlineData("workflow_sha")]
    [InlineData("repository_visibility")]
    [InlineData("workflow")]
    [InlineData("environment")]
    [InlineData("jti")]
    [InlineData("nbf")]
    public async Task A_claim_that_not_every_token_has_may_be_absent(string claim) =>
        Assert.NotNull(await _host.ValidateAsync(_host.Issuer.IssueToken(c => c.Remove(claim))));

    [Fact]
    public async Task An_empty_claim_says_nothing()
    {
        var token = await _host.ValidateAsync(_host.Issuer.IssueToken(c =>
        {
            c["environment"] = "";
            c["workflow_sha"] = "";
        }));
        Assert.Null(token.Identity.Environment);
        Assert.Null(token.Identity.CallerDigest);
    }

    [Fact]
    public async Task A_token_of_a_person_is_refused_on_the_way_of_pipelines()
    {
        var person = new JsonObject
        {
            ["iss"] = _host.Issuer.Url,
            ["sub"] = "someone",
            ["email"] = "someone@example.com",
            ["aud"] = "sigstore",
            ["iat"] = ExchangeHost.Start.ToUnixTimeSeconds(),
            ["exp"] = ExchangeHost.Start.ToUnixTimeSeconds() + 300,
        };
        await _host.AssertRefusedAsync(
            TokenRefusal.NotAPipeline, RawToken.Sign(_host.Issuer.Key, _host.Issuer.Header().ToJsonString(), person.ToJsonString()));
    }

    [Theory]
    [InlineData("repo:octocat@123456/my-repo@456789:ref:refs/heads/main")]
    [InlineData("repository_owner:evil")]
    [InlineData("repo:evil/evil:ref:refs/heads/main")]
    public async Task The_subject_is_carried_along_and_decides_nothing(string subject)
    {
        var token = await _host.ValidateAsync(_host.Issuer.IssueToken(c => c["sub"] = subject));
        Assert.Equal(subject, token.Subject);
        Assert.Equal(("octo-org/octo-repo", "74", "65"), (token.Identity.RepositoryName, token.Identity.RepositoryId, token.Identity.OwnerId));
    }

    [Fact]
    public async Task A_github_enterprise_puts_its_own_host_into_every_uri()
    {
        await using var host = await ExchangeHost.StartAsync(("Issuers:0:ServerUrl", "https://octo.ghe.com"));
        var identity = (await host.ValidateAsync(host.Issuer.IssueToken())).Identity;
        Assert.All(
            new[] { identity.SignerUri, identity.RepositoryUri, identity.OwnerUri, identity.CallerUri, identity.RunUri },
            uri => Assert.StartsWith("https://octo.ghe.com/octo-org", uri, StringComparison.Ordinal));
    }
}
