using System.Text.Json;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing.Policy;

namespace SigningAction.Verifier.Tests.Output;

public sealed class VerificationSummaryTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public VerificationSummaryTests() => File.WriteAllText(PolicyFile, SampleRules.Release);

    private string PolicyFile => _workspace.Under("policy.yml");

    private string Summary => _workspace.Under("vsa.json");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_pass_names_artifact_policy_bundles_and_no_level_that_was_not_evaluated()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        Assert.Equal(ExitCode.Verified, Verify().Exit);
        var statement = Statement.Parse(File.ReadAllBytes(Summary));
        Assert.Equal("https://slsa.dev/verification_summary/v1", statement.PredicateType);
        var subject = Assert.Single(statement.Subjects);
        Assert.Equal(("app.zip", Sha256Digest.Of(_workspace.Bytes).ToString()), (subject.Name, subject.Digests["sha256"]));
        var predicate = JsonElement.Parse(statement.Predicate.Span);
        Assert.Equal("https://example.com/gate", predicate.GetProperty("verifier").GetProperty("id").GetString());
        Assert.Equal("https://github.com/octo/app", predicate.GetProperty("resourceUri").GetString());
        Assert.Equal("PASSED", predicate.GetProperty("verificationResult").GetString());
        Assert.Equal("SLSA_BUILD_LEVEL_UNEVALUATED", Assert.Single(predicate.GetProperty("verifiedLevels").EnumerateArray()).GetString());
        Assert.Equal(Digest(PolicyFile), predicate.GetProperty("policy").GetProperty("digest").GetProperty("sha256").GetString());
        Assert.Equal("file:policy.yml", predicate.GetProperty("policy").GetProperty("uri").GetString());
        var input = Assert.Single(predicate.GetProperty("inputAttestations").EnumerateArray());
        Assert.Equal(Digest(_workspace.Bundle), input.GetProperty("digest").GetProperty("sha256").GetString());
        Assert.True(predicate.GetProperty("timeVerified").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void A_refusal_is_a_fail()
    {
        Assert.Equal(ExitCode.Refused, Verify().Exit);
        var predicate = JsonElement.Parse(Statement.Parse(File.ReadAllBytes(Summary)).Predicate.Span);
        Assert.Equal(("FAILED", "FAILED"), (predicate.GetProperty("verificationResult").GetString(), predicate.GetProperty("verifiedLevels")[0].GetString()));
    }

    [Fact]
    public void Where_something_was_not_checked_there_is_no_summary()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        Assert.Equal(ExitCode.NotChecked, Verify(_workspace.Under("missing")).Exit);
        Assert.False(File.Exists(Summary));
    }

    [Fact]
    public void A_summary_that_cannot_be_written_is_no_success_and_leaves_nothing()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        Directory.CreateDirectory(Summary);
        Assert.Equal(ExitCode.NotChecked, Verify().Exit);
        Assert.DoesNotContain(Directory.EnumerateFiles(_workspace.Under("."), "*", new EnumerationOptions { AttributesToSkip = 0 }), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_policy_resource_and_verifier_a_summary_would_say_nothing()
    {
        string[] basic = [_workspace.Artifact, "--repo", "octo/app"];
        Assert.Equal(ExitCode.Usage, _workspace.Verify([.. basic, "--write-vsa", Summary, "--vsa-resource", "https://a", "--vsa-verifier", "https://b"]).Exit);
        Assert.Equal(ExitCode.Usage, _workspace.Verify([.. basic, "--policy", PolicyFile, "--write-vsa", Summary, "--vsa-resource", "https://a"]).Exit);
        Assert.Equal(ExitCode.Usage, _workspace.Verify([.. basic, "--policy", PolicyFile, "--write-vsa", Summary, "--vsa-resource", "no uri", "--vsa-verifier", "https://b"]).Exit);
        Assert.Equal(ExitCode.Usage, _workspace.Verify([.. basic, "--vsa-resource", "https://a"]).Exit);
        Assert.False(File.Exists(Summary));
    }

    private static string Digest(string path) => Sha256Digest.Of(File.ReadAllBytes(path)).ToString();

    private Outcome Verify(params string[] more) => _workspace.Verify(
        [_workspace.Artifact, .. more, "--policy", PolicyFile, "--write-vsa", Summary, "--vsa-resource", "https://github.com/octo/app", "--vsa-verifier", "https://example.com/gate"]);
}
