using System.Text;
using SigningAction.Authority.Policy;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Policy.Language;
using SigningAction.Testing.Policy;
using static SigningAction.Authority.Tests.Policy.PolicyTexts;

namespace SigningAction.Authority.Tests.Policy;

public sealed class PolicyFileTests
{
    [Fact]
    public void The_least_policy_allows_what_it_says_and_its_version_is_the_files_digest()
    {
        var policy = Load(Valid);
        var decision = policy.Decide(SamplePipelines.Release);
        Assert.True(decision.IsAllowed, decision.ToString());
        Assert.Equal(4, decision.Rule?.Line);
        Assert.Equal(Sha256Digest.Of(Encoding.UTF8.GetBytes(Valid)), policy.Version);
    }

    [Fact]
    public void Every_condition_of_the_language_is_read_and_matched()
    {
        var policy = Load("""
            version: 1
            deny:
              - name: frozen
                repository: { pattern: 'octo/frozen-.*' }
            allow:
              - name: everything
                issuer: https://token.actions.githubusercontent.com
                repository_id: [5, "1234"]
                owner_id: 99
                repository: octo/app
                owner: octo
                event: [push, workflow_dispatch]
                workflow: .github/workflows/release.yml
                workflow_commit: 1111111111111111111111111111111111111111
                caller_workflow: { pattern: '\.github/workflows/.+' }
                caller_commit: '1111111111111111111111111111111111111111'
                ref: [refs/heads/release, { pattern: 'refs/heads/m[a-z]+' }]
                environment: production
                runner: github-hosted
                visibility: [public, internal]
            """);
        Assert.True(policy.Decide(SamplePipelines.Release).IsAllowed);
        Assert.Equal(14, policy.Rules[1].Conditions.Count);
        Assert.Equal(PolicyReason.RefNotAllowed, policy.Decide(SamplePipelines.At("refs/heads/main2")).Reason);
        Assert.Equal(PolicyReason.DeniedByRule, policy.Decide(SamplePipelines.Release with { RepositoryUri = "https://github.com/octo/frozen-app" }).Reason);
    }

    [Fact]
    public void Where_a_platform_has_no_workflow_file_what_runs_the_job_is_named_by_its_exact_URI()
    {
        const string Pipeline = "https://buildkite.com/octo/app";
        var rule = Head + $"""
            allow:
              - name: build
                repository_id: a087d5a0-e1dd-43ec-93ac-f13d89cd13af
                event: webhook
                signer_uri: {Pipeline}
                ref: refs/heads/main
            """;
        var policy = Load(rule);
        var build = SamplePipelines.Release with { RepositoryId = "a087d5a0-e1dd-43ec-93ac-f13d89cd13af", Event = "webhook", SignerUri = Pipeline };
        Assert.True(policy.Decide(build).IsAllowed);
        foreach (var other in (string[])[Pipeline + "/", Pipeline + "-evil", "https://buildkite.com/Octo/app", SamplePipelines.Release.SignerUri])
        {
            Assert.Equal(PolicyReason.WorkflowNotAllowed, policy.Decide(build with { SignerUri = other }).Reason);
        }
    }

    [Theory]
    [InlineData("signer_uri: https://github.com/evil/ci/.github/workflows/b.yml@refs/heads/main", "write workflow or reusable_workflow")]
    [InlineData("signer_uri: [https://x.example/a, https://github.com/evil/ci/b.yml@1111111111111111111111111111111111111111]", "write workflow or reusable_workflow")]
    [InlineData("signer_uri: https://x.example/a\n    workflow: .github/workflows/release.yml", "in one way")]
    public void A_URI_is_no_way_around_naming_the_owner_of_a_file(string line, string message) =>
        Refused(Valid.Replace("workflow: .github/workflows/release.yml", line, StringComparison.Ordinal), 4, message);

    [Fact]
    public void A_reusable_workflow_is_named_with_its_ref()
    {
        var policy = Load(Head + """
            allow:
              - name: trusted build
                owner_id: 99
                owner: octo
                event: push
                reusable_workflow: octo/ci/.github/workflows/build.yml@refs/tags/v1
                ref: refs/heads/main
            """);
        Assert.True(policy.Decide(SamplePipelines.Calling("octo/ci/.github/workflows/build.yml@refs/tags/v1")).IsAllowed);
        Assert.Equal(PolicyReason.WorkflowNotAllowed, policy.Decide(SamplePipelines.Calling("octo/ci/.github/workflows/build.yml@refs/heads/evil")).Reason);
        Assert.Equal(PolicyReason.WorkflowNotAllowed, policy.Decide(SamplePipelines.Release).Reason);
    }

    [Fact]
    public void Allow_none_refuses_everything() =>
        Assert.Equal(PolicyReason.NoRules, Load("version: 1\nallow: none\n").Decide(SamplePipelines.Release).Reason);

    [Fact]
    public void A_deny_rule_without_an_issuer_is_about_every_issuer()
    {
        var policy = Load(Valid + "deny:\n  - name: machines\n    runner: self-hosted\n");
        Assert.Equal(PolicyReason.DeniedByRule, policy.Decide(SamplePipelines.Release with { Issuer = "https://other.example", RunnerEnvironment = "self-hosted" }).Reason);
    }

    [Fact]
    public void A_byte_order_mark_and_Windows_line_ends_change_nothing()
    {
        Assert.True(Load("\uFEFF" + Valid).Decide(SamplePipelines.Release).IsAllowed);
        Assert.True(Load(Valid.Replace("\n", "\r\n", StringComparison.Ordinal)).Decide(SamplePipelines.Release).IsAllowed);
    }

    [Fact]
    public void The_template_loads_and_refuses_and_its_examples_load_too()
    {
        Assert.Equal(PolicyReason.NoRules, Load(PolicyTemplate.Text).Decide(SamplePipelines.Release).Reason);

        var examples = PolicyTemplate.Text.Replace("\nallow: none\n", "\n", StringComparison.Ordinal);
        var start = examples.IndexOf("# allow:", StringComparison.Ordinal);
        var policy = Load(examples[..start] + string.Join('\n', examples[start..].Split('\n').Select(line => line.StartsWith("# ", StringComparison.Ordinal) ? line[2..] : line.TrimStart('#'))));
        Assert.Equal(3, policy.Rules.Count);
        Assert.True(policy.Decide(SamplePipelines.Release).IsAllowed);
        Assert.True(policy.Decide(SamplePipelines.Calling("octo/ci/.github/workflows/build.yml@refs/heads/main")).IsAllowed);
        Assert.Equal(PolicyReason.DeniedByRule, policy.Decide(SamplePipelines.Release with { RunnerEnvironment = "self-hosted" }).Reason);
    }

    [Fact]
    public void All_errors_of_a_file_are_reported_in_its_order()
    {
        var errors = Errors(Valid.Replace("event: push", "event: []\n    brnach: x\n    runner: mine", StringComparison.Ordinal));
        Assert.Equal([6, 7, 8], errors.Select(error => error.Line));
    }

    [Fact]
    public void No_more_errors_are_reported_than_the_cap() =>
        Assert.Equal(Limits.PolicyErrors, Errors(Valid + string.Concat(Enumerable.Range(0, 200).Select(i => $"    key{i}: 1\n"))).Count);
}
