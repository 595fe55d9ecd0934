using System.Text;
using System.Text.Json;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Policy.Language;
using SigningAction.Testing;
using SigningAction.Testing.Policy;
using SigningAction.Verifier.Policy;

namespace SigningAction.Verifier.Tests.Policy;

public sealed class AcceptancePolicyFileTests : IDisposable
{
    private const string Rules = SampleRules.ReleaseAndReview;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Rules_alone_ask_for_one_signature_of_one_of_them()
    {
        var policy = Parse(Rules);
        Assert.Equal(["release", "review"], policy.Signers.AllowRuleNames);
        var required = Assert.Single(policy.Required);
        Assert.Equal((null, 1, null as int?, 1, null), (required.PredicateType, required.Signers, policy.Logs, policy.Timestamps, policy.MaximumAge));
    }

    [Fact]
    public void Everything_that_is_written_is_asked()
    {
        var policy = Parse(Rules + """
            require:
              - predicate_type: https://slsa.dev/provenance/v1
                builder_ids: [https://example.com/a, https://example.com/b]
              - signers: 2
                from: [release, review]
            logs: 2
            timestamps: 3
            max_age: 90 days
            """);
        Assert.Equal((2, 3, TimeSpan.FromDays(90)), (policy.Logs, policy.Timestamps, policy.MaximumAge));
        Assert.Equal("https://slsa.dev/provenance/v1", policy.Required[0].PredicateType);
        Assert.Equal(["https://example.com/a", "https://example.com/b"], policy.Required[0].BuilderIds);
        Assert.Equal(2, policy.Required[1].Signers);
        Assert.Equal(["release", "review"], policy.Required[1].From);
    }

    [Theory]
    [InlineData("requires: []", 14, "unknown key 'requires': did you mean require?")]
    [InlineData("require: []", 14, "require is a list of 1 to")]
    [InlineData("require:", 14, "require is a list of 1 to")]
    [InlineData("require: [{}]", 14, "a requirement is a mapping")]
    [InlineData("require: [{ predicate: x }]", 14, "unknown key 'predicate': allowed here: predicate_type")]
    [InlineData("require: [{ predicate_type: '' }]", 14, "empty string")]
    [InlineData("require: [{ predicate_type: [x] }]", 14, "predicate_type is a text")]
    [InlineData("require: [{ signers: 0 }]", 14, "signers is a whole number")]
    [InlineData("require: [{ signers: 01 }]", 14, "signers is a whole number")]
    [InlineData("require: [{ signers: '1' }]", 14, "signers is a whole number")]
    [InlineData("require: [{ signers: 3 }]", 14, "3 signers are required and 2 rule(s) count")]
    [InlineData("require: [{ signers: 2, from: [release] }]", 14, "2 signers are required and 1 rule(s) count")]
    [InlineData("require: [{ from: [] }]", 14, "from is a list of 1")]
    [InlineData("require: [{ from: [nobody] }]", 14, "no allow rule has the name 'nobody'")]
    [InlineData("require: [{ builder_ids: [https://example.com] }]", 14, "builder_ids needs a predicate_type")]
    [InlineData("logs: 0", 14, "logs is a whole number from 1 to 32")]
    [InlineData("timestamps: 33", 14, "timestamps is a whole number from 1 to 32")]
    [InlineData("max_age: 90", 14, "max_age is a number of days or hours")]
    [InlineData("max_age: 0 days", 14, "max_age is a number of days or hours")]
    [InlineData("max_age: 1 fortnight", 14, "max_age is a number of days or hours")]
    [InlineData("max_age: 999999999 days", 14, "max_age is a number of days or hours")]
    [InlineData("logs: 1\nlogs: 1", 15, "duplicate key 'logs'")]
    [InlineData("issuer: 'https://sign.example\u3164'", 14, "hidden character U+3164")]
    [InlineData("issuer: 'https://sign.example\uFE0F'", 14, "hidden character U+FE0F")]
    [InlineData("issuer: 'https://sign.example\U000E0100'", 14, "hidden character U+E0100")]
    public void What_is_unclear_is_refused_with_its_line(string text, int line, string message)
    {
        var error = Assert.Throws<PolicyLoadException>(() => Parse(Rules + text)).Errors[0];
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(line, error.Line);
    }

    [Theory]
    [InlineData("event: []")]
    [InlineData("event: { pattern: '(' }")]
    [InlineData("repository_id: x")]
    [InlineData("unknown: x")]
    public void However_many_errors_there_are_the_file_is_refused_with_the_first_of_them(string error)
    {
        var rules = string.Concat(Enumerable.Range(1, 60).Select(i => $"  - name: rule {i}\n    {error}\n  - name: ' '\n    ref: x\n"));
        Assert.Equal(Limits.PolicyErrors, Assert.Throws<PolicyLoadException>(() => Parse($"version: 1\nallow:\n{rules}")).Errors.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("version: 2")]
    [InlineData("version: 1")]
    [InlineData("version: 1\nallow: []")]
    [InlineData("version: 1\nallow: [{ name: all }]")]
    public void A_file_that_says_too_little_is_no_policy(string text) => Assert.Throws<PolicyLoadException>(() => Parse(text));

    [Fact]
    public void The_schema_that_is_checked_in_is_the_one_that_is_generated()
    {
        var path = Path.Combine(Repository(), "src", "SigningAction.Verifier", "Policy", AcceptancePolicySchema.FileName);
        if (Environment.GetEnvironmentVariable("SIGNINGACTION_WRITE_DOCUMENTS") == "1")
        {
            File.WriteAllText(path, AcceptancePolicySchema.Text());
        }

        Assert.True(File.ReadAllText(path) == AcceptancePolicySchema.Text(), $"{path} differs: run this test with SIGNINGACTION_WRITE_DOCUMENTS=1.");
    }

    [Fact]
    public void Every_key_that_the_schema_offers_is_one_that_the_loader_knows_and_the_reference_names()
    {
        var reference = File.ReadAllText(Path.Combine(Repository(), "src", "SigningAction.Verifier", "POLICY.md"));
        using var schema = JsonDocument.Parse(AcceptancePolicySchema.Text());
        var top = schema.RootElement.GetProperty("properties");
        string[] keys = [.. top.EnumerateObject().Select(key => key.Name)];
        string[] required = [.. top.GetProperty("require").GetProperty("items").GetProperty("properties").EnumerateObject().Select(key => key.Name)];
        Assert.Equal(["version", "issuer", "deny", "allow", "require", "logs", "timestamps", "max_age"], keys);
        Assert.Equal(["predicate_type", "signers", "from", "builder_ids"], required);
        Assert.All([.. keys, .. required], key => Assert.Contains($"`{key}`", reference, StringComparison.Ordinal));

        // The value is wrong for each; only a key that is unknown is refused for its name.
        var text = Rules + string.Concat(keys.Except(["version", "issuer", "allow"]).Where(key => key != "require").Select(key => $"{key}: {{}}\n"))
            + $"require: [{{ {string.Join(", ", required.Select(key => $"{key}: {{}}"))} }}]";
        Assert.DoesNotContain(Assert.Throws<PolicyLoadException>(() => Parse(text)).Errors, error => error.Message.Contains("unknown key", StringComparison.Ordinal));
    }

    [Fact]
    public void The_example_of_the_reference_is_a_policy()
    {
        var reference = File.ReadAllText(Path.Combine(Repository(), "src", "SigningAction.Verifier", "POLICY.md"));
        var example = reference.Split("```yaml\n")[1].Split("```")[0];
        Assert.Equal(2, Parse(example).Required.Count);
    }

    [Fact]
    public void The_policy_alone_names_who_may_sign()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        Assert.Equal(ExitCode.Verified, Verify(Rules).Exit);
        Assert.Equal("SIGNER_NOT_ALLOWED", Verify(Rules.Replace("74", "75", StringComparison.Ordinal)).Reason);
        Assert.Equal("SIGNER_NOT_ALLOWED", Verify("version: 1\nallow: none").Reason);
        Assert.Equal("SIGNER_NOT_ALLOWED", Verify(Rules + "deny: [{ name: never, event: push }]").Reason);
    }

    [Fact]
    public void Options_beside_the_policy_must_hold_too()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        Assert.Equal("REPOSITORY_MISMATCH", Verify(Rules, "--repo", "octo/other").Reason);
        Assert.Equal("ISSUER_MISMATCH", Verify(Rules, "--cert-oidc-issuer", "https://gitlab.com").Reason);
        Assert.Equal(ExitCode.Verified, Verify(Rules, "--repo", "octo/app").Exit);
    }

    [Fact]
    public void A_refusal_names_who_has_not_signed_yet()
    {
        const string Both = Rules + "require: [{ signers: 2 }]";
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var outcome = Verify(Both);
        Assert.Equal((ExitCode.Refused, "SIGNERS_MISSING"), (outcome.Exit, outcome.Reason));
        Assert.Contains("signed as 'release'; missing: 'review'", outcome.Error, StringComparison.Ordinal);

        const string Review = "https://github.com/octo/app/.github/workflows/review.yml@refs/heads/main";
        var other = _workspace.Under("review.json");
        File.WriteAllBytes(other, _workspace.Sigstore.Sign(_workspace.Bytes, InMemorySigstore.Workflow with { SignerUri = Review, CallerUri = Review }).ToJson());
        outcome = Verify(Both, "--bundle", _workspace.Bundle, "--bundle", other);
        Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
        Assert.Equal(2, outcome.Out.Split("Verified: ").Length - 1);
    }

    [Fact]
    public void A_signature_that_is_too_old_does_not_count()
    {
        // The clock is the machine's; the test instance signs in the past.
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        Assert.Equal("SIGNATURE_AGE", Verify(Rules + "max_age: 1 hour").Reason);
    }

    [Fact]
    public void Without_a_readable_policy_nothing_is_accepted()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var missing = _workspace.Verify(_workspace.Artifact, "--policy", _workspace.Under("none.yml"));
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), (missing.Exit, missing.Reason));
        var broken = Verify(Rules + "require: []\nlogs: x");
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), (broken.Exit, broken.Reason));
        Assert.Contains(":14:", broken.Error, StringComparison.Ordinal);
        Assert.Contains(":15:", broken.Error, StringComparison.Ordinal);
    }

    private static Evidence.Verification.AcceptancePolicy Parse(string text) => AcceptancePolicyFile.Parse(Encoding.UTF8.GetBytes(text), "p.yml");

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SigningAction.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run from a build inside the repository.");
        }

        return folder.FullName;
    }

    private Outcome Verify(string policy, params string[] args)
    {
        var file = _workspace.Under("policy.yml");
        File.WriteAllText(file, policy);
        return _workspace.Verify([_workspace.Artifact, "--policy", file, .. args]);
    }
}
