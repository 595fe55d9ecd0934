using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;
using SigningAction.Verifier.Inspection;

namespace SigningAction.Verifier.Tests.Commands;

public sealed class InspectCommandTests : IDisposable
{
    private const string Escape = "\u001b[2K\r\u202e\u2066\u009b\n::error::x\n##vso[task.setvariable variable=a]b";
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Every_line_says_that_it_is_unverified()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var outcome = Inspect(_workspace.Bundle, "--full");
        Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
        Assert.All(outcome.Out.TrimEnd('\n').Split('\n'), line => Assert.StartsWith("unverified  ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Who_what_and_when_come_first_and_in_a_few_lines()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var outcome = Inspect(_workspace.Bundle);
        Assert.Equal(
            $"""
            unverified  Bundle       {_workspace.Bundle} (v0.3; --full shows all of it)
            unverified  Statement    https://slsa.dev/provenance/v1
            unverified  Subject      app.zip  sha256:{Sha256Digest.Of(_workspace.Bytes)}
            unverified  Certificate  of "O=sign.example, CN=intermediate", 2026-06-01 12:00:30Z to 2026-06-01 12:10:30Z
            unverified  Signer       https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main
            unverified  Issuer       https://token.actions.githubusercontent.com
            unverified  Repository   https://github.com/octo/app
            unverified  Commit       aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            unverified  Ref          refs/heads/main
            unverified  Timestamp    2026-06-01 12:00:31Z
            unverified  Log entry    5 of sign.example

            """,
            outcome.Out);
        Assert.StartsWith(outcome.Out, Inspect(_workspace.Bundle, "--full").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notBefore: 2026-06-01T12:00:30+00:00")]
    [InlineData("issuer: O=sign.example, CN=intermediate")]
    [InlineData("algorithm: PKIX_ECDSA_P256_SHA_256")]
    [InlineData("- uri:https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main")]
    [InlineData("name: source repository identifier")]
    [InlineData("name: token subject")]
    [InlineData("value: repo:octo/app:ref:refs/heads/main")]
    [InlineData("value: code signing")]
    [InlineData("leafIndex: 7")]
    [InlineData("origin: sign.example")]
    [InlineData("kind: hashedrekord")]
    [InlineData("apiVersion: 0.0.2")]
    [InlineData("time: 2026-06-01T12:00:31+00:00")]
    [InlineData("payloadType: application/vnd.in-toto+json")]
    [InlineData("predicateType: https://slsa.dev/provenance/v1")]
    [InlineData("name: app.zip")]
    [InlineData("gitCommit: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Everything_in_a_bundle_is_shown(string line)
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        Assert.Contains(line, Inspect(_workspace.Bundle, "--full").Out.Split('\n').Select(shown => shown["unverified  ".Length..].Trim()), StringComparer.Ordinal);
    }

    [Fact]
    public void The_same_is_told_as_one_object_of_JSON()
    {
        var signed = _workspace.Sigstore.Sign(_workspace.Bytes);
        _workspace.With(signed);
        var json = Inspect(_workspace.Bundle, "--format", "json").Json;
        Assert.False(json.GetProperty("verified").GetBoolean());
        var bundle = json.GetProperty("unverified");
        Assert.Equal(Sha256Digest.Of(_workspace.Bytes).ToString(), bundle.GetProperty("messageSignature").GetProperty("digest").GetString());
        Assert.Equal("hashedrekord", bundle.GetProperty("logEntries")[0].GetProperty("body").GetProperty("kind").GetString());
        Assert.Equal(
            Certificate.Parse(signed.Signer.Certificate).Extensions.Select(extension => extension.Oid),
            bundle.GetProperty("certificate").GetProperty("extensions").EnumerateArray().Select(extension => extension.GetProperty("oid").GetString()));
    }

    [Fact]
    public void Text_of_strangers_moves_no_cursor_and_commands_no_runner()
    {
        var identity = InMemorySigstore.Workflow with { Event = Escape, Environment = Escape };
        var statement = new Statement([new Subject(Escape, Sha256Digest.Of(_workspace.Bytes))], "https://" + Escape, Encoding.UTF8.GetBytes(new JsonObject { [Escape] = Escape }.ToJsonString()));
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes, identity, statement));
        var text = Inspect(_workspace.Bundle, "--full").Out;
        Assert.DoesNotContain(text, c => c != '\n' && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format);
        Assert.DoesNotContain("##", text, StringComparison.Ordinal);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.StartsWith("unverified  ", line, StringComparison.Ordinal));
        var json = Inspect(_workspace.Bundle, "--format", "json").Out;
        Assert.DoesNotContain(json.TrimEnd('\n'), c => c is < ' ' or > '~' or '#');
    }

    [Fact]
    public void A_part_that_does_not_parse_names_its_fault_in_its_place_and_the_rest_is_shown()
    {
        var json = JsonNode.Parse(_workspace.Sigstore.Attest(_workspace.Bytes).ToJson())!;
        json["verificationMaterial"]!["certificate"]!["rawBytes"] = "AAAA";
        json["dsseEnvelope"]!["payload"] = "e30=";
        File.WriteAllText(_workspace.Bundle, json.ToJsonString());
        var outcome = Inspect(_workspace.Bundle, "--format", "json");
        Assert.Equal(ExitCode.Refused, outcome.Exit);
        var bundle = outcome.Json.GetProperty("unverified");
        Assert.Equal("CERTIFICATE_MALFORMED", bundle.GetProperty("certificate").GetProperty("error").GetString());
        Assert.Equal("STATEMENT_MALFORMED", bundle.GetProperty("envelope").GetProperty("statement").GetProperty("error").GetString());
        Assert.Equal(1, bundle.GetProperty("timestamps").GetArrayLength());
        var text = Inspect(_workspace.Bundle);
        Assert.Contains("2 part(s)", text.Error, StringComparison.Ordinal);
        Assert.Contains("unverified  Statement    could not be read: ", text.Out, StringComparison.Ordinal);
        Assert.Contains("unverified  Certificate  could not be read: ", text.Out, StringComparison.Ordinal);
        Assert.Contains("unverified  Timestamp    2026", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_bundle_is_refused_with_the_place()
    {
        File.WriteAllText(_workspace.Bundle, "{\n \"mediaType\": nonsense }");
        var outcome = Inspect(_workspace.Bundle);
        Assert.Equal((ExitCode.Refused, "BUNDLE_MALFORMED"), (outcome.Exit, outcome.Reason));
        Assert.Contains("line 2, byte 16", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("BUNDLE_MALFORMED", Inspect(_workspace.Bundle, "--format", "json").Json.GetProperty("failure").GetProperty("code").GetString());
    }

    [Fact]
    public void A_byte_order_mark_and_lines_that_ran_together_are_told_as_such()
    {
        var bundle = _workspace.Sigstore.Sign(_workspace.Bytes).ToJson();
        File.WriteAllBytes(_workspace.Bundle, [0xEF, 0xBB, 0xBF, .. bundle]);
        var outcome = Inspect(_workspace.Bundle);
        Assert.Equal((ExitCode.Refused, "BUNDLE_MALFORMED"), (outcome.Exit, outcome.Reason));
        Assert.Contains("begins with a byte order mark", outcome.Error, StringComparison.Ordinal);

        File.WriteAllBytes(_workspace.Bundle, [.. bundle, .. bundle]);
        outcome = Inspect(_workspace.Bundle);
        Assert.Equal((ExitCode.Refused, "BUNDLE_MALFORMED"), (outcome.Exit, outcome.Reason));
        Assert.Contains("another object follows on the same line", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_or_huge_file_is_refused()
    {
        Assert.Equal("NOT_CHECKED", Inspect(_workspace.Under("none")).Reason);
        using (var huge = File.Create(_workspace.Bundle))
        {
            huge.SetLength(1L << 32);
        }

        Assert.Equal("TOO_LARGE", Inspect(_workspace.Bundle).Reason);
    }

    [Fact]
    public void Text_for_people_ends_somewhere()
    {
        var predicate = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("1", TextTree.MostLines + 5))}]");
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes, statement: new Statement([new Subject("a", Sha256Digest.Of(_workspace.Bytes))], "https://example.com/t", predicate)));
        var gist = Inspect(_workspace.Bundle).Out.Split('\n').Length - 1;
        var lines = Inspect(_workspace.Bundle, "--full").Out.TrimEnd('\n').Split('\n');
        Assert.Equal(gist + TextTree.MostLines + 1, lines.Length);
        Assert.Contains("more lines", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_shared_bundle_is_described_or_refused()
    {
        var described = 0;
        foreach (var file in Directory.EnumerateFiles(SharedMaterial.Folder("conformance"), "*.sigstore.json", SearchOption.AllDirectories))
        {
            var outcome = Inspect(file);
            Assert.True(outcome.Exit is ExitCode.Verified or ExitCode.Refused, file + outcome.Error);
            described += outcome.Exit == ExitCode.Verified ? 1 : 0;
        }

        Assert.True(described > 20, $"{described}");
    }

    private static Outcome Inspect(params string[] args) => Outcome.Of(["inspect", .. args]);
}
