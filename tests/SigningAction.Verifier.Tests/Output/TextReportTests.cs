using System.Globalization;
using System.Text;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Verifier.Tests.Output;

public sealed class TextReportTests : IDisposable
{
    private const string Escape = "\u001b[2K\r\u202e\u2066\u009b\nVerified: forged";
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_proof_says_who_what_where_and_when()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var outcome = _workspace.VerifyAsRepository();
        Assert.Equal(
            $"""
            Verified: {_workspace.Artifact}
              sha256       {Sha256Digest.Of(_workspace.Bytes)}
              Attestation  https://slsa.dev/provenance/v1
              Subject      app.zip (1 in the attestation)
              Signer       https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main (bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb)
              Issuer       https://token.actions.githubusercontent.com
              Repository   https://github.com/octo/app (id 74, public)
              Owner        https://github.com/octo (id 65)
              Commit       aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
              Ref          refs/heads/main
              Event        push
              Runner       github-hosted
              Run          https://github.com/octo/app/actions/runs/1/attempts/1
              Signed at    2026-06-01 12:00:31Z (O=sign.example, CN=tsa)
              Log entry    5 of sign.example
              Bundle       {_workspace.Bundle}

            """,
            outcome.Out);
    }

    [Fact]
    public void What_two_bundles_say_in_the_same_words_is_told_once()
    {
        var bundle = _workspace.Sigstore.Attest(_workspace.Bytes).ToJson();
        var folder = Directory.CreateDirectory(_workspace.Under("bundles")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "1.json"), bundle);
        File.WriteAllBytes(Path.Combine(folder, "2.json"), bundle);
        File.WriteAllBytes(Path.Combine(folder, "3.json"), _workspace.Sigstore.Sign(_workspace.Bytes).ToJson());
        var outcome = _workspace.VerifyAsRepository("--bundle", folder);
        Assert.Equal(ExitCode.Verified, outcome.Exit);
        Assert.Equal(3, outcome.Out.Split("Verified: ").Length);
        Assert.Contains($"  Bundle       {Path.Combine(folder, "1.json")} (and 1 more that say the same)\n", outcome.Out, StringComparison.Ordinal);
        Assert.Contains($"  Bundle       {Path.Combine(folder, "3.json")}\n", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_artifacts_have_a_line_each_and_their_proofs_only_when_asked()
    {
        var dist = Directory.CreateDirectory(_workspace.Under("dist")).FullName;
        foreach (var name in new[] { "a", "b" })
        {
            File.WriteAllText(Path.Combine(dist, name), name);
            File.WriteAllBytes(Path.Combine(dist, name + ".sigstore.json"), _workspace.Sigstore.Attest(Encoding.UTF8.GetBytes(name)).ToJson());
        }

        const string Rest = "  https://slsa.dev/provenance/v1  https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main\n";
        string[] lines = [$"Verified: {dist}/a{Rest}", $"Verified: {dist}/b{Rest}"];
        var outcome = _workspace.Verify(dist, "--repo", "octo/app");
        Assert.Equal((ExitCode.Verified, string.Concat(lines) + "2 verified, 0 refused, 0 not checked\n"), (outcome.Exit, outcome.Out));

        var whole = _workspace.Verify(dist, "--repo", "octo/app", "--verbose");
        Assert.Equal(3, whole.Out.Split("  Bundle       ").Length);

        File.WriteAllText(Path.Combine(dist, "c"), "c");
        outcome = _workspace.Verify(dist, "--repo", "octo/app");
        Assert.Equal((ExitCode.Refused, string.Concat(lines)), (outcome.Exit, outcome.Out));
        Assert.Contains("NO_BUNDLE", outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith("2 verified, 1 refused, 0 not checked\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_called_workflow_is_shown_beside_the_one_that_called_it()
    {
        var identity = InMemorySigstore.Workflow with { CallerUri = "https://github.com/octo/app/.github/workflows/ci.yml@refs/heads/main" };
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes, identity));
        Assert.Contains("  Called by    https://github.com/octo/app/.github/workflows/ci.yml@refs/heads/main (bbbb", _workspace.VerifyAsRepository().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_names_the_fault_the_remedy_and_the_code_on_standard_error()
    {
        var outcome = _workspace.VerifyAsRepository();
        Assert.Equal(
            $"""
            REFUSED: {_workspace.Artifact}
              No signature found: {_workspace.Artifact} has none of .sigstore.json, .sigstore, .sigstore.jsonl, .intoto.jsonl beside it; github.com has no attestation of it for octo/app that it shows without a token (GH_TOKEN).
              Give the bundle with --bundle, name an authority that may keep it with --authority, or ask the publisher to sign the artifact.
              Reason: NO_BUNDLE

            """,
            outcome.Error);
    }

    [Fact]
    public void Attested_text_moves_no_cursor_and_begins_no_line()
    {
        var identity = InMemorySigstore.Workflow with { SourceRef = "refs/heads/" + Escape, Event = Escape, Environment = Escape, RunUri = Escape };
        var statement = new Statement([new Subject(Escape, Sha256Digest.Of(_workspace.Bytes))], "https://" + Escape, "{}"u8.ToArray());
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes, identity, statement));

        var verified = _workspace.VerifyAsRepository();
        Assert.Equal(ExitCode.Verified, verified.Exit);
        AssertPlain(verified.Out);

        var refused = _workspace.VerifyAsRepository("--source-ref", "refs/heads/main");
        Assert.Equal("SOURCE_REF_MISMATCH", refused.Reason);
        AssertPlain(refused.Error);

        refused = _workspace.VerifyAsRepository("--predicate-type", "x");
        Assert.Equal("PREDICATE_TYPE", refused.Reason);
        AssertPlain(refused.Error);
    }

    [Fact]
    public void Names_of_files_move_no_cursor_either()
    {
        var name = _workspace.Under("app" + Escape.Replace("/", string.Empty, StringComparison.Ordinal));
        File.WriteAllBytes(name, _workspace.Bytes);
        File.WriteAllBytes(name + ".sigstore", _workspace.Sigstore.Sign(_workspace.Bytes).ToJson());
        AssertPlain(_workspace.Verify(name, "--repo", "octo/app").Out);
        AssertPlain(_workspace.Verify(name + "?", "--repo", "octo/app").Error);
        AssertPlain(Outcome.Of("verify", name, "--" + Escape).Error);
        File.Delete(name + ".sigstore");
        AssertPlain(_workspace.Verify(name, "--repo", "octo/app").Error);
    }

    private static void AssertPlain(string text)
    {
        Assert.NotEmpty(text);
        Assert.DoesNotContain(text, c => c != '\n' && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format);
        Assert.DoesNotContain("\nVerified: forged", text, StringComparison.Ordinal);
    }
}
