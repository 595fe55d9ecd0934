using System.Text;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy.Language;
using static SigningAction.Authority.Tests.Policy.PolicyTexts;

namespace SigningAction.Authority.Tests.Policy;

/// <summary>What a policy file may not say; each with the line and the reason that its author reads.</summary>
public sealed class PolicyRefusalTests
{
    [Theory] // P-13
    [InlineData("repositry_id: 5", "unknown key 'repositry_id': did you mean repository_id?")]
    [InlineData("evnt: push", "did you mean event?")]
    [InlineData("Environment: production", "did you mean environment?")]
    [InlineData("sub: repo:octo/app:ref:refs/heads/main", "subject is never matched")]
    [InlineData("workflow_sha: abc", "caller_commit")]
    [InlineData("job_workflow_ref: x", "reusable_workflow")]
    [InlineData("issuers_which_nobody_has: x", "allowed here: name, issuer")]
    [InlineData("\"re\\e[31mf\": x", "unknown key 're\\u{1B}[31mf'")]
    public void An_unknown_key_is_an_error_with_the_nearest_one(string line, string message) => Refused(With(line), 9, message);

    [Theory] // P-12
    [InlineData("owner", "'*'", "{ pattern: '…' }")]
    [InlineData("ref", "refs/tags/v*", "{ pattern: '…' }")]
    [InlineData("owner_id", "'*'", "owner_id takes exact values only")]
    [InlineData("event", "'*'", "event takes exact values only")]
    [InlineData("environment", "[]", "environment is an empty list")]
    [InlineData("environment", "''", "environment is an empty string")]
    [InlineData("environment", "", "environment is null to YAML")]
    [InlineData("environment", "~", "environment is null to YAML")]
    [InlineData("environment", "null", "environment is null to YAML")]
    [InlineData("environment", "{}", "{ pattern: '…' }")]
    [InlineData("environment", "{ pattern: '' }", "environment.pattern is an empty string")]
    [InlineData("environment", "{ pattern: a, flags: i }", "{ pattern: '…' }")]
    [InlineData("environment", "{ regex: a }", "{ pattern: '…' }")]
    [InlineData("environment", "[[a]]", "a list inside a list")]
    public void A_wildcard_or_nothing_is_an_error_and_never_anything(string key, string value, string message) => RefusedValue(key, value, message);

    [Theory]
    [InlineData("environment", "no", "boolean")]
    [InlineData("environment", "1.5", "a number")]
    [InlineData("environment", "0x10", "a number")]
    [InlineData("repository_id", "0123", "not '0123'")]
    [InlineData("repository_id", "1_000", "not '1_000'")]
    [InlineData("repository_id", "-5", "not '-5'")]
    [InlineData("repository_id", "+5", "not '+5'")]
    [InlineData("repository_id", "octo/app", "a number or UUID")]
    [InlineData("repository_id", "A087D5A0-E1DD-43EC-93AC-F13D89CD13AF", "a number or UUID")]
    [InlineData("repository_id", "a087d5a0e1dd43ec93acf13d89cd13af", "a number or UUID")]
    [InlineData("signer_uri", "{ pattern: 'https://.*' }", "exact values only")]
    [InlineData("signer_uri", "buildkite.com/octo/app", "an exact URI")]
    [InlineData("ref", "main", "a full ref")]
    [InlineData("ref", "refs/heads/a b", "a full ref")]
    [InlineData("ref", "\"refs/heads/main\\n\"", "not 'refs/heads/main\\u{A}'")]
    [InlineData("event", "pull-request-target", "an event's name")]
    [InlineData("workflow", "octo/app/.github/workflows/release.yml", "from .github/ on")]
    [InlineData("workflow", ".github/workflows/release.yml@refs/heads/main", "a path inside the repository")]
    [InlineData("workflow", "/.github/workflows/release.yml", "from .github/ on")]
    [InlineData("workflow", "/ci/release.yml", "a path inside the repository")]
    [InlineData("workflow_commit", "abc", "a whole commit")]
    [InlineData("workflow_commit", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "lowercase")]
    [InlineData("runner", "self_hosted", "github-hosted, gitlab-hosted or self-hosted")]
    [InlineData("visibility", "{ pattern: 'p.*' }", "exact values only")]
    [InlineData("repository", "https://github.com/octo/app", "OWNER/NAME")]
    [InlineData("repository", "\"\\u043Ecto/app\"", "'\\u{43E}cto/app'")]
    [InlineData("environment", "\"prod\\u202E\"", "'prod\\u{202E}'")]
    [InlineData("issuer", "http://token.example", "https://")]
    [InlineData("issuer", "[https://a.example, https://b.example]", "one issuer")]
    [InlineData("reusable_workflow", "octo/ci/.github/workflows/b.yml@v1", "with a full ref or commit")]
    public void A_value_of_the_wrong_form_is_an_error(string key, string value, string message) => RefusedValue(key, value, message);

    [Theory] // P-11
    [InlineData("a)|(?:b")]
    [InlineData("(?=x)")]
    [InlineData(@"(a)\1")]
    [InlineData("[")]
    [InlineData("((a{100}){100}){100}")]
    public void An_unsafe_pattern_is_an_error(string pattern) => RefusedValue("environment", $"{{ pattern: '{pattern}' }}", "is not a pattern");

    [Theory]
    [InlineData("repository_id", "nothing binds the rule")]
    [InlineData("event", "the event is missing")]
    [InlineData("workflow", "must name what runs the job")]
    [InlineData("ref", "the ref is missing")]
    [InlineData("name", "the rule has no name")]
    public void A_rule_that_leaves_out_what_it_must_say_is_an_error(string key, string message)
    {
        var lines = Valid.Split('\n').Select(line => line.Contains($" {key}:", StringComparison.Ordinal) ? line.Replace(key, "owner", StringComparison.Ordinal).Split(':')[0] + ": octo" : line);
        Refused(string.Join('\n', lines), 4, message);
    }

    [Theory]
    [InlineData("version: 2\nallow: none", 1, "version must be the number 1")]
    [InlineData("version: '1'\nallow: none", 1, "version must be the number 1")]
    [InlineData("allow: none", 1, "version must be the number 1")]
    [InlineData("version: 1", 1, "allow is missing")]
    [InlineData("version: 1\nallow: []", 2, "allow needs a list of at least one rule")]
    [InlineData("version: 1\nallow:", 2, "allow needs a list of at least one rule")]
    [InlineData("version: 1\nallow: all", 2, "allow needs a list of at least one rule")]
    [InlineData("version: 1\nallow: none\ndeny: []", 3, "deny needs a list of at least one rule")]
    [InlineData("version: 1\nallow: none\ndeny: [{ name: x }]", 3, "a deny rule without a condition")]
    [InlineData("version: 1\nrules: []\nallow: none", 2, "rules stand under allow or deny")]
    [InlineData("version: 1\nissuer: [https://a.example]\nallow: none", 2, "one URL")]
    [InlineData("version: 1\nallow: none\nallow: none", 3, "duplicate key 'allow', first on line 2")]
    [InlineData("version: 1\nallow: none\n---\nversion: 1", 3, "second document")]
    [InlineData("version: 1\nallow: &a none", 2, "anchors are not allowed")]
    [InlineData("version: 1\nissuer: *a\nallow: none", 2, "aliases are not allowed")]
    [InlineData("version: 1\nallow: !!str none", 2, "tags are not allowed")]
    [InlineData("%YAML 1.2\n---\nversion: 1\nallow: none", 1, "directives are not allowed")]
    [InlineData("version: 1\n<<: { allow: none }\nallow: none", 2, "unknown key '<<'")]
    [InlineData("version: 1\nallow: [[[[[[[[[[]]]]]]]]]]", 2, "nested deeper")]
    [InlineData("- version: 1", 1, "a policy is a mapping")]
    [InlineData("", 1, "the file is empty")]
    [InlineData("# nothing", 1, "the file is empty")]
    [InlineData("version: 1\nallow: [", 2, "not valid YAML")]
    [InlineData("version: 1\nallow:\n\t- none", 3, "a tab: write spaces")]
    [InlineData("version: 1\rallow: none\n", 1, "hidden character U+000D")]
    [InlineData("version: 1 # \u202Eevil\nallow: none", 1, "hidden character U+202E")]
    [InlineData("version: 1\nallow: none \u0007", 2, "hidden character U+0007")]
    public void A_document_of_the_wrong_shape_is_an_error(string text, int line, string message) => Refused(text, line, message);

    [Theory]
    [InlineData("deny")]
    [InlineData("allow")]
    public void A_key_that_stands_twice_in_a_rule_is_an_error_at_the_second_one(string list)
    {
        foreach (var key in new[] { "owner_id: 65", "event: push", "ref: refs/heads/main", "runner: self-hosted", "environment: x", "name: other" })
        {
            var others = list == "deny" ? "allow: none\n" : "";
            var rule = Rule.TrimEnd('\n') + $"\n    {key}\n    {key}\n";
            var repeated = Errors($"{Head}{others}{list}:\n{rule}");
            Assert.Contains(repeated, error => error.Line == (list == "deny" ? 11 : 10) && error.Column == 5 && error.Message.StartsWith($"duplicate key '{key.Split(':')[0]}', first on line ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_pattern_that_stands_twice_is_an_error() =>
        Refused(With("ref", "{ pattern: 'refs/heads/a', pattern: 'refs/heads/b' }"), 8, "duplicate key 'pattern', first on line 8: keep one");

    [Fact]
    public void Two_rules_of_one_name_are_an_error() => Refused(Valid + Rule, 9, "on line 4 already");

    [Fact]
    public void Bytes_that_are_not_UTF8_are_an_error_with_their_line()
    {
        var error = Assert.Single(Errors([.. Encoding.UTF8.GetBytes(Valid), 0xFF]));
        Assert.Equal(9, error.Line);
        Assert.Contains("not UTF-8", error.Message, StringComparison.Ordinal);
        Assert.Contains("not UTF-8", Assert.Single(Errors([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Valid)])).Message, StringComparison.Ordinal);
    }

    [Fact] // P-16
    public void Size_rules_and_values_have_a_cap()
    {
        Refused(new string('#', Limits.PolicyBytes + 1), 1, "larger than");
        Refused("version: 1\nallow:\n" + string.Concat(Enumerable.Repeat("- 0\n", Limits.PolicyRules + 1)), 3, $"more than {Limits.PolicyRules} rules");
        RefusedValue("environment", $"[{string.Join(',', Enumerable.Repeat("a", Limits.PolicyValues + 1))}]", $"more than {Limits.PolicyValues} values");
        RefusedValue("environment", new string('a', Limits.PatternCharacters + 1), $"longer than {Limits.PatternCharacters} characters");
        Refused(With("name", new string('a', Limits.RuleNameCharacters + 1)), 4, $"at most {Limits.RuleNameCharacters} printable");
    }

    // A key of the least rule gets the value in its place; any other is added as the last line.
    private static void RefusedValue(string key, string value, string message)
    {
        var line = Valid.Split('\n').Skip(2).ToList().FindIndex(text => text.Contains($" {key}:", StringComparison.Ordinal));
        if (line >= 0)
        {
            Refused(Replaced(key, value), line + 3, message);
            return;
        }

        // A rule-wide error stands at the rule's first line, an error of the value at its own.
        var error = Assert.Single(Errors(With($"{key}: {value}")));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Line, new[] { 4, 9 });
    }

    private static string Replaced(string key, string value) =>
        string.Join('\n', Valid.Split('\n').Select((line, i) => i > 2 && line.Contains($" {key}:", StringComparison.Ordinal) ? $"    {key}: {value}" : line));
}
