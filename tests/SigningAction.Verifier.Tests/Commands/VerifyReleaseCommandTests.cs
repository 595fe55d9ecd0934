using System.Security.Cryptography;
using System.Text;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Verifier.Tests.Commands;

public sealed class VerifyReleaseCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public VerifyReleaseCommandTests() => Directory.CreateDirectory(Release);

    private string Release => _workspace.Under("release");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_whole_release_is_one_table_and_one_verdict()
    {
        Publish("b.json", Attest(["a.zip", "b.zip"]), "a.zip", "b.zip");
        var outcome = Verify();
        Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
        Assert.Equal(
            """
            verified    a.zip  https://slsa.dev/provenance/v1
            verified    b.zip  https://slsa.dev/provenance/v1

            Verified: the whole release (2 verified, 0 refused, 0 not checked)
              Repository   https://github.com/octo/app
              Commit       aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
              Ref          refs/heads/main
              Signer       https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main
              Issuer       https://token.actions.githubusercontent.com

            """,
            outcome.Out);
    }

    [Fact]
    public void A_file_without_a_signature_refuses_the_release()
    {
        Publish("a", Attest(["a.zip"]), "a.zip", "evil.zip");
        AssertRefused("REFUSED evil.zip SUBJECT_MISMATCH");
    }

    [Fact]
    public void A_file_that_an_attestation_also_names_must_be_there()
    {
        Publish("a", Attest(["a.zip", "b.zip"]), "a.zip");
        AssertRefused("REFUSED b.zip RELEASE_FILE_MISSING");
    }

    [Fact]
    public void A_changed_file_is_refused_and_the_one_it_replaced_is_missing()
    {
        Publish("a", Attest(["a.zip", "b.zip"]), "a.zip", "b.zip");
        File.WriteAllText(Path.Combine(Release, "b.zip"), "changed");
        AssertRefused("REFUSED b.zip SUBJECT_MISMATCH");
    }

    [Fact]
    public void With_a_release_attestation_names_and_digests_must_be_those_of_the_release()
    {
        Publish("p", Attest(["a.zip", "b.zip"]), "a.zip", "b.zip");
        Publish("r", Attest(["a.zip", "b.zip"], type: ReleaseCompleteness.PredicateType));
        Assert.Equal(ExitCode.Verified, Verify().Exit);

        File.Move(Path.Combine(Release, "b.zip"), Path.Combine(Release, "c.zip"));
        var outcome = AssertRefused("REFUSED c.zip RELEASE_FILE_UNKNOWN");
        Assert.Contains(outcome.Error.Split('\n'), shown => Squeeze(shown).StartsWith("REFUSED b.zip RELEASE_FILE_MISSING", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SlsaProvenance.PredicateType)]
    [InlineData(ReleaseCompleteness.PredicateType)]
    public void A_release_that_is_attested_by_other_digests_is_whole_too(string type)
    {
        Subject Stronger(string name) => name == "a.zip"
            ? new Subject(name, new Dictionary<string, string> { ["sha512"] = Convert.ToHexStringLower(SHA512.HashData(Content(name))) })
            : new Subject(name, new Dictionary<string, string> { ["sha384"] = Convert.ToHexStringLower(SHA384.HashData(Content(name))), ["gitCommit"] = "x" });
        Publish("p", Attest([Stronger("a.zip"), Stronger("b.zip")], null, type), "a.zip", "b.zip");
        Assert.Equal((ExitCode.Verified, string.Empty), (Verify().Exit, Verify().Error));

        File.Delete(Path.Combine(Release, "b.zip"));
        AssertRefused("REFUSED b.zip RELEASE_FILE_MISSING");
    }

    [Fact]
    public void A_file_that_is_signed_but_not_of_the_release_is_extra()
    {
        Publish("p", Attest(["a.zip", "old.zip"]), "a.zip", "old.zip");
        Publish("r", Attest(["a.zip"], type: ReleaseCompleteness.PredicateType));
        AssertRefused("REFUSED old.zip RELEASE_FILE_UNKNOWN");
    }

    [Fact]
    public void Files_of_another_commit_are_no_part_of_the_release()
    {
        Publish("p", Attest(["a.zip", "b.zip"]), "a.zip", "b.zip");
        Publish("o", Attest(["old.zip"], InMemorySigstore.Workflow with { SourceDigest = new string('c', 40) }), "old.zip");
        var outcome = AssertRefused("REFUSED old.zip RELEASE_MIXED");
        Assert.Equal(2, outcome.Error.Split("verified    ").Length - 1);
    }

    [Fact]
    public void Bundles_may_be_lines_of_one_file()
    {
        Publish("unused", Attest(["a.zip"]), "a.zip", "b.zip");
        File.Delete(Path.Combine(Release, "unused.sigstore.json"));
        File.WriteAllText(Path.Combine(Release, "all.intoto.jsonl"), $"{Encoding.UTF8.GetString(Attest(["a.zip"]).ToJson())}\n\n{Encoding.UTF8.GetString(Sign("b.zip").ToJson())}\n");
        Assert.Equal(ExitCode.Verified, Verify().Exit);
    }

    [Fact]
    public void A_broken_bundle_refuses_no_file_that_is_proven_otherwise()
    {
        Publish("p", Attest(["a.zip"]), "a.zip");
        File.WriteAllText(Path.Combine(Release, "x.sigstore"), "{}");
        Assert.Equal(ExitCode.Verified, Verify().Exit);
    }

    [Fact]
    public void What_is_no_list_of_files_is_not_checked()
    {
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), (Verify().Exit, Verify().Reason));
        Directory.CreateDirectory(Path.Combine(Release, "inner"));
        Assert.Equal(ExitCode.NotChecked, Verify().Exit);
        Assert.Equal(ExitCode.NotChecked, Outcome.Of("verify-release", _workspace.Under("none"), "--repo", "octo/app", "--trusted-root", _workspace.TrustedRoot).Exit);
        Assert.Equal(ExitCode.Usage, Outcome.Of("verify-release", Release, "--trusted-root", _workspace.TrustedRoot).Exit);
    }

    [Theory]
    [InlineData("json", 2)]
    [InlineData("sarif", 1)]
    [InlineData("junit", 9)]
    public void Every_format_tells_what_is_missing(string format, int lines)
    {
        Publish("a", Attest(["a.zip", "b.zip"]), "a.zip");
        var outcome = Verify("--format", format);
        Assert.Equal((ExitCode.Refused, string.Empty), (outcome.Exit, outcome.Error));
        Assert.Contains("RELEASE_FILE_MISSING", outcome.Out, StringComparison.Ordinal);
        Assert.True(outcome.Out.TrimEnd('\n').Split('\n').Length >= lines);
    }

    private static byte[] Content(string name) => Encoding.UTF8.GetBytes("content of " + name);

    private Bundle Sign(string name) => _workspace.Sigstore.Sign(Content(name));

    private Bundle Attest(string[] names, PipelineIdentity? identity = null, string type = SlsaProvenance.PredicateType) =>
        Attest([.. names.Select(name => new Subject(name, Sha256Digest.Of(Content(name))))], identity, type);

    private Bundle Attest(Subject[] subjects, PipelineIdentity? identity, string type) => _workspace.Sigstore.Attest(
        [], identity, new Statement(
            subjects,
            type,
            type == SlsaProvenance.PredicateType ? SlsaProvenance.Predicate(identity ?? InMemorySigstore.Workflow) : """{"purl":"pkg:github/octo/app@1"}"""u8.ToArray()));

    private void Publish(string bundle, Bundle content, params string[] files)
    {
        File.WriteAllBytes(Path.Combine(Release, Path.ChangeExtension(bundle, null) + ".sigstore.json"), content.ToJson());
        foreach (var file in files)
        {
            File.WriteAllBytes(Path.Combine(Release, file), Content(file));
        }
    }

    private Outcome Verify(params string[] args) => Outcome.Of(["verify-release", Release, "--repo", "octo/app", "--trusted-root", _workspace.TrustedRoot, .. args]);

    private Outcome AssertRefused(string line)
    {
        var outcome = Verify();
        Assert.Equal((ExitCode.Refused, string.Empty), (outcome.Exit, outcome.Out));
        Assert.Contains(outcome.Error.Split('\n'), shown => Squeeze(shown).StartsWith(line, StringComparison.Ordinal));
        Assert.Contains("REFUSED: the release", outcome.Error, StringComparison.Ordinal);
        return outcome;
    }

    private static string Squeeze(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
