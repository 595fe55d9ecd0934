using SigningAction.Testing.Policy;
using SigningAction.Verifier.Policy;

namespace SigningAction.Verifier.Tests.Commands;

public sealed class PolicyCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    private string Path => _workspace.Under("verification-policy.yml");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_policy_is_valid_and_its_rules_are_counted()
    {
        File.WriteAllText(Path, SampleRules.Release);
        var text = Outcome.Of("policy", "check", Path);
        Assert.Equal(ExitCode.Verified, text.Exit);
        Assert.Contains("valid, 1 allow and 0 deny rules. Version ", text.Out, StringComparison.Ordinal);

        var json = Outcome.Of("policy", "check", Path, "--format", "json").Json;
        Assert.True(json.GetProperty("valid").GetBoolean());
        Assert.Equal(64, json.GetProperty("version").GetString()!.Length);
    }

    [Fact]
    public void What_is_no_policy_is_refused_with_the_line_of_each_error()
    {
        File.WriteAllText(Path, SampleRules.Release + "maximum_age: 3 days\n");
        var text = Outcome.Of("policy", "check", Path);
        Assert.Equal((ExitCode.Refused, ""), (text.Exit, text.Out));
        Assert.Contains("verification-policy.yml:9:1: ", text.Error, StringComparison.Ordinal);

        var json = Outcome.Of("policy", "check", Path, "--format", "json");
        Assert.Equal(ExitCode.Refused, json.Exit);
        Assert.Equal(9, Assert.Single(json.Json.GetProperty("errors").EnumerateArray().ToArray()).GetProperty("line").GetInt32());
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_not_checked()
    {
        var text = Outcome.Of("policy", "check", Path);
        Assert.Equal(ExitCode.NotChecked, text.Exit);
        Assert.Contains("does not exist", text.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_is_the_one_that_is_checked_in() => Assert.Equal(AcceptancePolicySchema.Text(), Outcome.Of("policy", "schema").Out);

    [Theory]
    [InlineData("verify", "--policy verification-policy.yml", "oci://", "--authority", "Exit codes:")]
    [InlineData("verify-release", "verify-release octo/app@v1.2.0", "Exit codes:")]
    [InlineData("inspect", "signing-verifier inspect app.tar.gz.sigstore.json")]
    [InlineData("trust", "signing-verifier trust update")]
    [InlineData("policy", "signing-verifier policy check")]
    public void Each_command_shows_examples_of_its_own(string command, params string[] shown)
    {
        var help = Outcome.Of(command, "--help");
        Assert.Equal(ExitCode.Verified, help.Exit);
        Assert.All(shown, text => Assert.Contains(text, help.Out, StringComparison.Ordinal));
    }
}
