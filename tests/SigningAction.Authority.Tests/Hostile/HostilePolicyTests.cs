using System.Globalization;
using System.Net;
using System.Text;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hostile;

/// <summary>
/// Ways around a policy (hostile cases P-01 to P-16, P-20 to P-22) against a running authority: each is refused with its reason, and the audit has the identity, the rule that came
/// closest and the version of the policy. Every refusal stands beside a request that is granted.
/// </summary>
public sealed class HostilePolicyTests(HostileAuthority authority) : IClassFixture<HostileAuthority>, IAsyncLifetime
{
    private static readonly WorkflowRun Default = new();

    private PipelineIssuer Issuer => authority.Issuer;

    public async ValueTask InitializeAsync()
    {
        Issuer.Run = Default;
        await authority.WriteRuleAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>P-01: events that run with the base branch's ref and file on a stranger's command.</summary>
    [Theory]
    [InlineData("pull_request_target")]
    [InlineData("workflow_run")]
    [InlineData("issue_comment")]
    [InlineData("pull_request")]
    [InlineData("issues")]
    [InlineData("fork")]
    [InlineData("watch")]
    [InlineData("schedule")]
    [InlineData("PUSH")]
    public async Task P01_an_event_that_no_rule_names_is_refused_by_name(string name)
    {
        Issuer.Run = Default with { Event = name };
        var audit = await authority.DeniedAsync("EVENT_NOT_ALLOWED");
        Assert.Contains($"'{name}'", audit.Detail, StringComparison.Ordinal);
        await authority.WriteRuleAsync(("event", "[push, workflow_dispatch]"));
        _ = await authority.DeniedAsync("EVENT_NOT_ALLOWED");
        Issuer.Run = Default with { Event = "workflow_dispatch" };
        _ = await authority.GrantedAsync();
    }

    /// <summary>P-02: a fork's own run has the fork's ids; a run for a fork's pull request has another event and ref.</summary>
    [Fact]
    public async Task P02_a_forks_token_is_refused()
    {
        Issuer.Run = Default with { Repository = "stranger/octo-repo", Owner = "stranger", RepositoryId = "4711", OwnerId = "666" };
        _ = await authority.DeniedAsync("REPOSITORY_NOT_ALLOWED");
        Issuer.Run = Default with { Event = "pull_request", Ref = "refs/pull/7/merge" };
        _ = await authority.DeniedAsync("EVENT_NOT_ALLOWED");
        await authority.WriteRuleAsync(("event", "[push, pull_request]"));
        _ = await authority.DeniedAsync("REF_NOT_ALLOWED");
    }

    /// <summary>P-03: the trusted workflow, called by somebody else.</summary>
    [Fact]
    public async Task P03_a_strangers_repository_that_calls_the_trusted_workflow_is_refused()
    {
        const string Builder = "octo-org/builders/.github/workflows/build.yml@refs/tags/v2";
        await authority.WriteRuleAsync(("workflow", ""), ("reusable_workflow", Builder), ("repository_id", ""), ("owner_id", "65"), ("owner", "octo-org"));
        Issuer.Run = Default with { ReusableWorkflow = Builder };
        _ = await authority.GrantedAsync();
        Issuer.Run = Default with { ReusableWorkflow = Builder, Repository = "evil/app", Owner = "evil", RepositoryId = "4711", OwnerId = "666" };
        var audit = await authority.DeniedAsync("REPOSITORY_NOT_ALLOWED");
        Assert.Equal("https://github.com/" + Builder, audit.Identity!.SignerUri);

        // A rule on the called workflow alone does not load.
        await NotLoadedAsync($"version: 1\nissuer: {Issuer.Url}\nallow:\n  - name: r\n    event: push\n    ref: refs/heads/main\n    reusable_workflow: {Builder}\n");
    }

    /// <summary>P-04: the caller is ours, the job runs a stranger's file.</summary>
    [Fact]
    public async Task P04_a_job_that_runs_a_strangers_file_is_refused_whoever_calls_it()
    {
        Issuer.Run = Default with { ReusableWorkflow = "evil/ci/.github/workflows/build.yml@refs/heads/main" };
        _ = await authority.DeniedAsync("WORKFLOW_NOT_ALLOWED");
        await authority.WriteRuleAsync(("caller_workflow", ".github/workflows/release.yml"));
        _ = await authority.DeniedAsync("WORKFLOW_NOT_ALLOWED");

        const string Builder = "octo-org/builders/.github/workflows/build.yml@refs/tags/v2";
        await authority.WriteRuleAsync(("workflow", ""), ("reusable_workflow", Builder), ("owner_id", "65"), ("owner", "octo-org"), ("caller_workflow", ".github/workflows/release.yml"));
        Issuer.Run = Default with { ReusableWorkflow = Builder };
        _ = await authority.GrantedAsync();
        Issuer.Run = Issuer.Run with { WorkflowFile = ".github/workflows/other.yml" };
        _ = await authority.DeniedAsync("WORKFLOW_NOT_ALLOWED");
    }

    /// <summary>P-05: the subject's formats collide, the ids do not.</summary>
    [Theory]
    [InlineData("repo:octocat-123456/my-repo-456789:ref:refs/heads/main", "octocat-123456/my-repo-456789", "octocat-123456", "9", "8")]
    [InlineData("repo:octocat@123456/my-repo@456789:ref:refs/heads/main", "octocat/my-repo", "octocat", "9", "123456")]
    [InlineData("repo:octo-org/octo-repo:ref:refs/heads/main", "octo-org/octo-repo", "octo-org", "9", "8")]
    public async Task P05_ids_decide_whatever_the_subject_says(string subject, string repository, string owner, string repositoryId, string ownerId)
    {
        await authority.WriteRuleAsync(("repository_id", "456789"), ("owner_id", "123456"));
        Issuer.Run = Default with { Repository = "octocat/my-repo", Owner = "octocat", RepositoryId = "456789", OwnerId = "123456" };
        _ = await authority.GrantedAsync(Issuer.IssueToken(claims => claims["sub"] = subject), subject);
        Issuer.Run = Default with { Repository = repository, Owner = owner, RepositoryId = repositoryId, OwnerId = ownerId };
        _ = await authority.DeniedAsync("REPOSITORY_NOT_ALLOWED", Issuer.IssueToken(claims => claims["sub"] = subject));
    }

    /// <summary>P-06: same name, new id.</summary>
    [Fact]
    public async Task P06_a_name_that_was_taken_over_is_refused_and_said_to_be_reused()
    {
        await authority.WriteRuleAsync(("repository", "octo-org/octo-repo"));
        _ = await authority.GrantedAsync();
        Issuer.Run = Default with { RepositoryId = "9999" };
        _ = await authority.DeniedAsync("NAME_REUSED");
        Issuer.Run = Default with { Repository = "octo-org/renamed" };
        _ = await authority.DeniedAsync("NAME_CHANGED");
        await authority.WriteRuleAsync(("owner_id", "65"));
        Issuer.Run = Default with { OwnerId = "66" };
        _ = await authority.DeniedAsync("OWNER_CHANGED");
    }

    /// <summary>P-07: refs and environments that are named like others.</summary>
    [Theory]
    [InlineData("refs/tags/main")]
    [InlineData("refs/heads/refs/heads/main")]
    [InlineData("refs/heads/main2")]
    [InlineData("refs/heads/Main")]
    [InlineData("refs/heads/main/x")]
    [InlineData("refs/heads/x@refs/heads/main")]
    public async Task P07_a_ref_that_is_named_like_the_right_one_is_refused(string reference)
    {
        Issuer.Run = Default with { Ref = reference };
        _ = await authority.DeniedAsync("REF_NOT_ALLOWED");
    }

    /// <summary>P-07.</summary>
    [Fact]
    public async Task P07_a_branch_named_like_a_tag_and_an_environment_named_like_a_ref_say_nothing()
    {
        await authority.WriteRuleAsync(("ref", "refs/tags/v1"));
        Issuer.Run = Default with { Ref = "refs/heads/refs/tags/v1" };
        _ = await authority.DeniedAsync("REF_NOT_ALLOWED");
        await authority.WriteRuleAsync(("environment", "prod"));
        Issuer.Run = Default with { Environment = "prod:ref:refs/heads/main" };
        _ = await authority.DeniedAsync("ENVIRONMENT_NOT_ALLOWED");
        Issuer.Run = Default with { Ref = "refs/heads/dev", Environment = "prod" };
        _ = await authority.DeniedAsync("REF_NOT_ALLOWED");
    }

    /// <summary>P-08: the tag was moved, its commit was not reviewed.</summary>
    [Fact]
    public async Task P08_a_called_workflow_at_a_moved_tag_is_refused_by_the_pinned_commit()
    {
        const string Builder = "builders/go/.github/workflows/build.yml@refs/tags/v2";
        var reviewed = new string('a', 40);
        await authority.WriteRuleAsync(("workflow", ""), ("reusable_workflow", Builder), ("workflow_commit", $"'{reviewed}'"));
        Issuer.Run = Default with { ReusableWorkflow = Builder, ReusableWorkflowSha = reviewed };
        _ = await authority.GrantedAsync();
        Issuer.Run = Issuer.Run with { ReusableWorkflowSha = new string('b', 40) };
        _ = await authority.DeniedAsync("COMMIT_NOT_ALLOWED");
    }

    /// <summary>P-09.</summary>
    [Theory]
    [InlineData("self-hosted")]
    [InlineData("github-hosted ")]
    [InlineData("GitHub-hosted")]
    public async Task P09_another_kind_of_runner_than_the_rule_says_is_refused(string runner)
    {
        await authority.WriteRuleAsync(("runner", "github-hosted"));
        _ = await authority.GrantedAsync();
        Issuer.Run = Default with { Runner = runner };
        _ = await authority.DeniedAsync("RUNNER_NOT_ALLOWED");
    }

    /// <summary>P-10.</summary>
    [Fact]
    public async Task P10_a_repository_whose_visibility_flipped_is_refused()
    {
        await authority.WriteRuleAsync(("visibility", "private"));
        _ = await authority.DeniedAsync("VISIBILITY_NOT_ALLOWED");
        Issuer.Run = Default with { Visibility = "private" };
        _ = await authority.GrantedAsync();
        _ = await authority.DeniedAsync("CLAIM_MISSING", Issuer.IssueToken(claims => claims.Remove("repository_visibility")));
    }

    /// <summary>P-11: a pattern is about the whole value and never takes long.</summary>
    [Theory]
    [InlineData("refs/tags/a|refs/heads/main", "refs/heads/main", "refs/heads/mainx")]
    [InlineData("refs/heads/a|refs/heads/b", "refs/heads/b", "refs/heads/ab")]
    [InlineData("refs/tags/v[0-9]+", "refs/tags/v1", "refs/tags/v1-evil")]
    [InlineData("refs/tags/v1\\.0", "refs/tags/v1.0", "refs/tags/v1x0")]
    [InlineData("refs/heads/(a+)+", "refs/heads/aaa", "refs/heads/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")]
    public async Task P11_a_pattern_matches_the_whole_value_or_nothing(string pattern, string allowed, string refused)
    {
        await authority.WriteRuleAsync(("ref", $"{{ pattern: '{pattern}' }}"));
        Issuer.Run = Default with { Ref = allowed };
        _ = await authority.GrantedAsync();
        Issuer.Run = Default with { Ref = refused };
        _ = await authority.DeniedAsync("REF_NOT_ALLOWED");
    }

    /// <summary>P-11: a final line feed never reaches a pattern, a forged pattern never loads.</summary>
    [Fact]
    public async Task P11_a_final_line_feed_and_a_pattern_that_escapes_its_anchors_are_refused()
    {
        _ = await authority.AuditedAsync("CLAIM_CHARACTERS", Issuer.IssueToken(claims => claims["ref"] = "refs/heads/main\n"));
        await NotLoadedAsync(Rule().Replace("ref: refs/heads/main", "ref: { pattern: 'refs/heads/a)|(?:.*' }", StringComparison.Ordinal));
        await NotLoadedAsync(Rule().Replace("ref: refs/heads/main", "ref: { pattern: '(?=.*)refs/heads/.*' }", StringComparison.Ordinal));
    }

    /// <summary>P-12, P-13, P-16: what is no policy changes nothing: the one before decides on, and readiness says so.</summary>
    [Theory]
    [InlineData("repository_id: 74", "repositry_id: 74")]
    [InlineData("repository_id: 74", "repository_id: '*'")]
    [InlineData("repository_id: 74", "repository_id: []")]
    [InlineData("repository_id: 74", "repository_id:")]
    [InlineData("repository_id: 74", "repository: octo-org/octo-repo")]
    [InlineData("repository_id: 74", "owner: '*'")]
    [InlineData("event: push", "event: '*'")]
    [InlineData("event: push", "event: []")]
    [InlineData("event: push", "events: push")]
    [InlineData("    event: push\n", "")]
    [InlineData("    ref: refs/heads/main\n", "")]
    [InlineData("ref: refs/heads/main", "ref: null")]
    [InlineData("ref: refs/heads/main", "ref: main")]
    [InlineData("allow:", "Allow:")]
    [InlineData("version: 1", "version: 2")]
    public async Task P12_P13_a_wildcard_a_typo_or_nothing_is_a_load_error_and_the_old_policy_decides_on(string right, string wrong) =>
        await NotLoadedAsync(Rule().Replace(right, wrong, StringComparison.Ordinal));

    /// <summary>P-12: no claim, null or empty never meets a condition.</summary>
    [Theory]
    [InlineData("environment", "prod", "environment", "CLAIM_MISSING")]
    [InlineData("visibility", "public", "repository_visibility", "CLAIM_MISSING")]
    [InlineData("caller_commit", "9f4bbf1c7e22a6a1b4d2c7ec0a3b1de0f5a6c7d8", "workflow_sha", "CLAIM_MISSING")]
    public async Task P12_a_claim_that_is_absent_or_empty_meets_no_condition(string key, string value, string claim, string reason)
    {
        await authority.WriteRuleAsync((key, value));
        Issuer.Run = Default with { Environment = "prod" };
        _ = await authority.GrantedAsync();
        _ = await authority.DeniedAsync(reason, Issuer.IssueToken(claims => claims.Remove(claim)));
        _ = await authority.DeniedAsync(reason, Issuer.IssueToken(claims => claims[claim] = ""));
        _ = await authority.AuditedAsync("CLAIM_TYPE", Issuer.IssueToken(claims => claims[claim] = null));
    }

    /// <summary>P-14: while the policy changes and changes back under load, every decision is by one version, which stands in its audit.</summary>
    [Fact]
    public async Task P14_a_decision_is_by_one_version_of_the_policy_and_its_audit_names_it()
    {
        var texts = new[] { Rule().Replace("name: rule", "name: one", StringComparison.Ordinal), Rule().Replace("name: rule", "name: two", StringComparison.Ordinal) };
        var names = texts.ToDictionary(text => Sha256Digest.Of(Encoding.UTF8.GetBytes(text)).ToString(), text => text.Contains("name: one", StringComparison.Ordinal) ? "one" : "two");
        await authority.WritePolicyAsync(texts[0]);
        var before = (await authority.Authority.AuditAsync()).Count;
        var answered = 0;
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var answer = await authority.ExchangeAsync(Issuer.IssueToken());
                _ = Interlocked.Add(ref answered, answer.StatusCode == HttpStatusCode.OK ? 1 : 0);
            }
        })).ToArray();
        for (var change = 1; change <= 20; change++)
        {
            // More than are under way at once: so at least one of them was decided after the last change.
            var known = Volatile.Read(ref answered);
            await Eventually.TrueAsync(() => Volatile.Read(ref answered) > known + callers.Length, () => "Nobody is granted anything.");
            await authority.WritePolicyAsync(texts[change % 2]);
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        var decided = (await authority.Authority.AuditAsync()).Skip(before).Where(audit => audit.Kind == CertificateExchange.Kind).ToArray();
        Assert.Equal(answered, decided.Length);
        Assert.All(decided, audit => Assert.Equal(names[audit.PolicyVersion!], audit.Rule));
        Assert.Equal(2, decided.Select(audit => audit.Rule).Distinct().Count());
    }

    /// <summary>P-15: deny wins, in whatever order.</summary>
    [Fact]
    public async Task P15_of_two_rules_that_overlap_the_one_that_denies_wins()
    {
        const string Deny = "deny:\n  - name: no self-hosted\n    runner: self-hosted\n";
        foreach (var text in (string[])[Rule() + Deny, Rule().Replace("allow:", Deny + "allow:", StringComparison.Ordinal)])
        {
            await authority.WritePolicyAsync(text);
            Issuer.Run = Default;
            _ = await authority.GrantedAsync();
            Issuer.Run = Default with { Runner = "self-hosted" };
            Assert.Equal("no self-hosted", (await authority.DeniedAsync("DENIED_BY_RULE")).Rule);
        }
    }

    /// <summary>P-16: size and number are bounded, and the old policy decides on.</summary>
    [Fact]
    public async Task P16_a_policy_of_50_MB_or_100000_rules_is_not_loaded()
    {
        await NotLoadedAsync(Rule() + "#" + new string('x', 50_000_000), "larger than");
        await NotLoadedAsync(Rules(100_000), "larger than");
        await NotLoadedAsync(Rules(Limits.PolicyRules + 1), $"more than {Limits.PolicyRules} rules");

        // Each of them would do alone.
        static string Rules(int count) => "version: 1\nallow:\n" + string.Concat(Enumerable.Range(1, count).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"- {{name: r{i}, repository_id: {i}, event: push, workflow: a.yml, ref: refs/heads/m}}\n")));
    }

    /// <summary>P-20: what looks the same is another.</summary>
    [Theory]
    [InlineData("octo-org", "\u043Ecto-org")]
    [InlineData("octo-org", "Octo-org")]
    [InlineData("octo-org", "OCTO-ORG")]
    [InlineData("kilo", "\u212Ailo")]
    [InlineData("octo-org", "octo\u2010org")]
    [InlineData("octo-org", "octo-org ")]
    public async Task P20_an_owner_whose_name_looks_the_same_is_another(string owner, string lookalike)
    {
        await authority.WriteRuleAsync(("owner", owner), ("owner_id", "65"));
        Issuer.Run = Default with { Owner = owner, Repository = owner + "/octo-repo" };
        _ = await authority.GrantedAsync();
        Issuer.Run = Default with { Owner = lookalike, Repository = lookalike + "/octo-repo" };
        _ = await authority.DeniedAsync("NAME_CHANGED");
        Issuer.Run = Issuer.Run with { RepositoryId = "75", OwnerId = "66" };
        _ = await authority.DeniedAsync("REPOSITORY_NOT_ALLOWED");
    }

    /// <summary>P-21: a body is read whole or not at all, and says one thing.</summary>
    [Fact]
    public async Task P21_a_body_of_which_policy_would_see_a_part_is_refused()
    {
        var good = authority.Signer.WithPublicKey((string)Issuer.Claims()["sub"]!, Issuer.IssueToken()).ToJsonString();
        await CountedAsync("BODY_TOO_LARGE", good + new string(' ', 300_000), HttpStatusCode.RequestEntityTooLarge);
        await CountedAsync("BODY_TOO_LARGE", new string(' ', 300_000) + good, HttpStatusCode.RequestEntityTooLarge);
        await CountedAsync("REQUEST_MALFORMED", good + good);
        await CountedAsync("REQUEST_MALFORMED", good[..^1]);
        await CountedAsync("REQUEST_MALFORMED", "{\"credentials\":{\"oidcIdentityToken\":\"x\"}," + good[1..]);
        _ = await authority.GrantedAsync();
    }

    private async Task CountedAsync(string reason, string body, HttpStatusCode status = HttpStatusCode.BadRequest) =>
        await authority.CountedAsync(
            reason,
            async () =>
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                return await authority.Authority.Client.PostAsync(FulcioEndpoints.SigningCert, content);
            },
            status);

    private string Rule() =>
        $"version: 1\nissuer: {Issuer.Url}\nallow:\n  - name: rule\n    repository_id: 74\n    event: push\n    workflow: .github/workflows/release.yml\n    ref: refs/heads/main\n";

    /// <summary>The text does not come into force; the policy before it decides on, both ways, and its version stands in the audit.</summary>
    private async Task NotLoadedAsync(string text, string? why = null)
    {
        Issuer.Run = Default;
        await authority.WritePolicyAsync(Rule());
        var before = (await authority.GrantedAsync()).PolicyVersion;
        await authority.WritePolicyAsync(text);
        Assert.Equal("degraded", await authority.ReadyAsync("status"));
        Assert.StartsWith("file is broken", await authority.ReadyAsync("policy"), StringComparison.Ordinal);
        Assert.Contains(authority.Log.Lines, line => line.Contains(why ?? "", StringComparison.Ordinal));
        Assert.Equal(before, (await authority.GrantedAsync()).PolicyVersion);
        Issuer.Run = Default with { Ref = "refs/heads/other" };
        var refused = await authority.AuditedAsync("REF_NOT_ALLOWED", () => authority.ExchangeAsync(Issuer.IssueToken()), HttpStatusCode.Forbidden);
        Assert.Equal((before, AuditDecision.Refused), (refused.PolicyVersion, refused.Decision));
        Issuer.Run = Default;
    }
}
