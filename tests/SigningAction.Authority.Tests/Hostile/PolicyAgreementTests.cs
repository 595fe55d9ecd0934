extern alias verifier;

using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Authority.Commands;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Tests.Exchange;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Policy;
using SigningAction.Testing;
using AcceptancePolicyFile = verifier::SigningAction.Verifier.Policy.AcceptancePolicyFile;

namespace SigningAction.Authority.Tests.Hostile;

/// <summary>
/// Random policies against random claims (hostile case P-23): the authority, which has a signed token, the command line, which has a file of claims, and the verifier, which
/// has the certificate that was issued for it, say the same; and a pipeline that is allowed is not allowed any more when a claim that its rule asks about is changed.
/// </summary>
public sealed class PolicyAgreementTests : IAsyncLifetime
{
    private const int Policies = 100;
    private const int ClaimsEach = 100;

    /// <summary>Conditions of a rule: the key, values for it, and the claims that it looks at.</summary>
    private static readonly (string Key, bool IsRequired, string[] Values, string[] Claims)[] Conditions =
    [
        ("repository_id", true, ["74", "[74, 75]", "75"], ["repository_id"]),
        ("event", true, ["push", "[push, workflow_dispatch]", "workflow_dispatch"], ["event_name"]),
        ("workflow", true, [".github/workflows/release.yml", "[.github/workflows/release.yml, .github/workflows/build.yml]", ".github/workflows/release.yml", "{ pattern: '.github/workflows/(release|build)\\.yml' }"], ["job_workflow_ref", "repository", "ref"]),
        ("ref", true, ["refs/heads/main", "refs/heads/main", "[refs/heads/main, refs/tags/v1]", "[refs/heads/main, { pattern: 'refs/tags/v[0-9]+' }]"], ["ref"]),
        ("owner_id", false, ["65", "66"], ["repository_owner_id"]),
        ("owner", false, ["octo-org"], ["repository_owner"]),
        ("repository", false, ["octo-org/octo-repo", "{ pattern: 'octo-org/octo-[a-z]+' }"], ["repository"]),
        ("environment", false, ["production", "[production, staging]"], ["environment"]),
        ("runner", false, ["github-hosted"], ["runner_environment"]),
        ("visibility", false, ["public", "[public, internal]"], ["repository_visibility"]),
        ("workflow_commit", false, ["9f4bbf1c7e22a6a1b4d2c7ec0a3b1de0f5a6c7d8"], ["job_workflow_sha"]),
    ];

    /// <summary>How a claim is changed so that no value above is met any more.</summary>
    private static readonly Func<string, JsonNode?>[] Changes =
        [_ => null, _ => "", value => value + "!", value => " " + value, value => value[1..], value => value.Replace('o', '\u043E') + "\u00E9", _ => 5, _ => new JsonArray("x")];

    private readonly TemporaryDirectory _directory = new();
    private readonly ECDsa _rootKey = InMemorySigstore.NewKey();
    private readonly ECDsa _key = InMemorySigstore.NewKey();
    private readonly SigningCertificateBuilder _certificates;
    private readonly VerificationKey _subject;
    private readonly SignedCertificateTimestamp _promise;
    private ExchangeHost _host = null!;

    /// <summary>One key, one promise of a log: what is compared is the identity, and ten thousand of each would be most of the time.</summary>
    public PolicyAgreementTests()
    {
        var authority = new AuthorityCertificateBuilder("sign.example", InMemorySigstore.Start);
        var end = InMemorySigstore.Start.AddYears(10);
        _subject = VerificationKey.Of(_key);
        _certificates = new SigningCertificateBuilder(authority.Intermediate("intermediate", _subject, authority.Root("root", _rootKey, end), _rootKey, end), _key);
        _promise = SignedCertificateTimestamp.Sign(_key, _subject.Id, _subject.Id, [1], InMemorySigstore.Now, leafIndex: 0);
    }

    public async ValueTask InitializeAsync() => _host = await ExchangeHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _rootKey.Dispose();
        _key.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task P23_the_authority_the_command_line_and_the_verifier_agree_on_ten_thousand_random_pairs()
    {
        int allowed = 0, refused = 0, unreadable = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, Policies), TestContext.Current.CancellationToken, async (seed, stop) =>
        {
            // Seeded: a disagreement comes back.
            var random = new Random(seed);
            var file = _directory.File($"{seed}.yml");
            await File.WriteAllTextAsync(file, RandomPolicy(random, withPatterns: seed % 8 == 0), stop);
            var policy = PolicyFile.Load(file);
            var verifiers = seed % 8 == 0 ? AcceptancePolicyFile.Load(file).Policy.Signers : policy;
            var command = PolicyCommand.Create();
            for (var readable = 0; readable < ClaimsEach;)
            {
                var claims = RandomClaims(random);
                var (reason, rule) = await AuthorityAsync(policy, claims, verifiers);
                Assert.Equal((reason, rule), await CommandLineAsync(command, file, claims, seed));
                if (!Enum.GetValues<PolicyReason>().Any(known => PolicyReasons.Text(known) == reason))
                {
                    // A token that no policy ever sees has no certificate either: it is asked besides, and does not count as a pair.
                    _ = Interlocked.Increment(ref unreadable);
                    continue;
                }

                readable++;
                _ = reason == "ALLOWED" ? Interlocked.Increment(ref allowed) : Interlocked.Increment(ref refused);
            }
        });
        Assert.Equal(Policies * ClaimsEach, allowed + refused);
        Assert.True(allowed > 500 && refused > 2000 && unreadable > 500, $"{allowed} {refused} {unreadable}");
    }

    [Fact]
    public async Task A_pipeline_that_is_allowed_is_refused_when_any_matched_claim_is_changed()
    {
        var changed = 0;
        await Parallel.ForEachAsync(Enumerable.Range(1000, 1500), TestContext.Current.CancellationToken, async (seed, stop) =>
        {
            var random = new Random(seed);
            var keys = Conditions.Where(condition => condition.IsRequired || random.Next(2) == 0).ToArray();
            var policy = PolicyFile.Parse(System.Text.Encoding.UTF8.GetBytes(
                $"version: 1\nissuer: {_host.Issuer.Url}\nallow:\n{Rule("r", keys.Select(condition => (condition.Key, Pick(random, condition.Values))))}"), "p.yml");
            var claims = RandomClaims(random, spoil: false);
            if ((await AuthorityAsync(policy, claims)).Reason != "ALLOWED")
            {
                return;
            }

            foreach (var claim in keys.SelectMany(condition => condition.Claims).Distinct())
            {
                var other = claims.DeepClone().AsObject();
                var change = Pick(random, Changes);
                if (change((string)other[claim]!) is { } value)
                {
                    other[claim] = value;
                }
                else
                {
                    _ = other.Remove(claim);
                }

                _ = Interlocked.Increment(ref changed);
                Assert.NotEqual("ALLOWED", (await AuthorityAsync(policy, other)).Reason);
            }
        });
        Assert.True(changed > 200, $"{changed}");
    }

    private async Task<(string Reason, string? Rule)> AuthorityAsync(SigningPolicy policy, JsonObject claims, SigningPolicy? verifiers = null)
    {
        try
        {
            var token = await _host.Validator.ValidateAsync(RawToken.Sign(_host.Issuer.Key, _host.Issuer.Header().ToJsonString(), claims.ToJsonString()), CancellationToken.None);
            var decision = policy.Decide(token.Identity);
            if (verifiers is not null)
            {
                AssertVerifierAgrees(verifiers, token.Identity, decision);
            }

            return (PolicyReasons.Text(decision.Reason), decision.Rule?.Name);
        }
        catch (TokenRefusedException refused)
        {
            return (TokenRefusals.Text(refused.Refusal), null);
        }
    }

    /// <summary>The verifier's policy decides about the identity that the issued certificate holds; of one policy in eight it is the verifier's own reading of the file.</summary>
    private void AssertVerifierAgrees(SigningPolicy policy, PipelineIdentity identity, PolicyDecision decision)
    {
        var start = InMemorySigstore.Now;
        var precertificate = _certificates.BuildPrecertificate(identity, _subject, CertificateSerial.Create(), start, start.AddMinutes(10));
        var proven = SigningCertificate.Parse(_certificates.Build(precertificate, [_promise]), _subject).Identity!;
        var verdict = policy.Decide(proven);
        Assert.Equal((decision.Reason, decision.Rule?.Name), (verdict.Reason, verdict.Rule?.Name));
        Assert.Equal(decision.IsAllowed, policy.RulesThatAllow(proven).Count > 0);
    }

    private async Task<(string Reason, string? Rule)> CommandLineAsync(Command command, string policy, JsonObject claims, int seed)
    {
        var file = _directory.File($"{seed}.json");
        await File.WriteAllTextAsync(file, claims.ToJsonString());
        using var output = new StringWriter();
        var code = command.Parse(["explain", policy, "--claims", file, "--format", "json"]).Invoke(new InvocationConfiguration { Output = output, ProcessTerminationTimeout = null });
        var explanation = JsonNode.Parse(output.ToString())!;
        Assert.Equal(code == ExitCodes.Done, (bool)explanation["allowed"]!);
        return ((string)explanation["reason"]!, (string?)explanation["rule"]?["name"]);
    }

    private string RandomPolicy(Random random, bool withPatterns)
    {
        // Compiling patterns is most of the time of loading a policy, and here it is loaded ten thousand times.
        var allow = Enumerable.Range(0, random.Next(1, 4)).Select(i => Rule($"allow {i}", Conditions
            .Where(condition => condition.IsRequired || random.Next(5) == 0)
            .Select(condition => (condition.Key, Pick(random, withPatterns ? condition.Values : [.. condition.Values.Where(value => !value.Contains("pattern", StringComparison.Ordinal))])))));
        var optional = Conditions.Where(condition => !condition.IsRequired).ToArray();
        var deny = random.Next(4) == 0 ? "deny:\n" + Rule("deny", [(optional[random.Next(optional.Length)].Key, "PICK")]) : "";
        foreach (var condition in optional)
        {
            deny = deny.Replace($"{condition.Key}: PICK", $"{condition.Key}: {condition.Values[0]}", StringComparison.Ordinal);
        }

        return $"version: 1\nissuer: {_host.Issuer.Url}\n{deny}allow:\n{string.Concat(allow)}";
    }

    private static string Rule(string name, IEnumerable<(string Key, string Value)> conditions) =>
        $"  - name: {name}\n{string.Concat(conditions.Select(condition => $"    {condition.Key}: {condition.Value}\n"))}";

    private JsonObject RandomClaims(Random random, bool spoil = true)
    {
        var run = new WorkflowRun
        {
            RepositoryId = Pick(random, ["74", "74", "74", "75", "76"]),
            OwnerId = Pick(random, ["65", "65", "66"]),
            Owner = Pick(random, ["octo-org", "octo-org", "evil"]),
            Repository = Pick(random, ["octo-org/octo-repo", "octo-org/octo-repo", "octo-org/octo-app", "evil/app"]),
            Event = Pick(random, ["push", "push", "workflow_dispatch", "pull_request_target"]),
            Ref = Pick(random, ["refs/heads/main", "refs/heads/main", "refs/tags/v1", "refs/tags/main"]),
            WorkflowFile = Pick(random, [".github/workflows/release.yml", ".github/workflows/release.yml", ".github/workflows/build.yml", ".github/workflows/x.yml"]),
            ReusableWorkflow = random.Next(8) == 0 ? "octo-org/ci/.github/workflows/release.yml@refs/heads/main" : null,
            Environment = Pick(random, ["production", "production", "staging", null]),
            Runner = Pick(random, ["github-hosted", "github-hosted", "self-hosted"]),
            Visibility = Pick(random, ["public", "public", "private"]),
        };
        var claims = run.ToClaims(_host.Issuer.Url, "sigstore", _host.Time.GetUtcNow());
        if (spoil && random.Next(5) == 0)
        {
            string[] names = [.. claims.Where(claim => claim.Key is not ("iss" or "aud" or "iat" or "exp" or "nbf" or "jti")).Select(claim => claim.Key)];
            claims[Pick(random, names)] = Pick(random, Changes)("value");
        }

        return claims;
    }

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];
}
