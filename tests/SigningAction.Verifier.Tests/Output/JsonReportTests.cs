using System.Text.Json;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Verifier.Tests.Output;

public sealed class JsonReportTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_shape_of_a_proof_is_stable()
    {
        var statement = new Statement([new Subject("app.zip", Sha256Digest.Of(_workspace.Bytes))], "https://example.com/type", """{"n":1.50}"""u8.ToArray());
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes, statement: statement));
        var outcome = _workspace.VerifyAsRepository("--format", "json");
        Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
        var serial = outcome.Json.GetProperty("certificate").GetProperty("serial").GetString();
        var sha256 = Sha256Digest.Of(_workspace.Bytes).ToString();
        var root = Sha256Digest.Of(File.ReadAllBytes(_workspace.TrustedRoot));
        var taken = outcome.Json.GetProperty("trustedBy").GetProperty("taken").GetRawText();
        var expected = $$"""
            {
              "version": 1,
              "verified": true,
              "exitCode": 0,
              "artifact": { "name": {{JsonSerializer.Serialize(_workspace.Artifact)}}, "sha256": "{{sha256}}" },
              "trustedBy": { "kind": "file", "from": {{JsonSerializer.Serialize(_workspace.TrustedRoot)}}, "sha256": "{{root}}", "taken": {{taken}} },
              "bundle": { "origin": {{JsonSerializer.Serialize(_workspace.Bundle)}}, "sha256": "{{Sha256Digest.Of(File.ReadAllBytes(_workspace.Bundle))}}" },
              "signer": {
                "issuer": "https://token.actions.githubusercontent.com",
                "subject": "repo:octo/app:ref:refs/heads/main",
                "signerUri": "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main",
                "signerDigest": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "runnerEnvironment": "github-hosted",
                "repositoryUri": "https://github.com/octo/app",
                "sourceDigest": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "sourceRef": "refs/heads/main",
                "repositoryId": "74",
                "ownerUri": "https://github.com/octo",
                "ownerId": "65",
                "callerUri": "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main",
                "callerDigest": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "event": "push",
                "runUri": "https://github.com/octo/app/actions/runs/1/attempts/1",
                "visibility": "public",
                "workflowName": "release",
                "repositoryName": "octo/app"
              },
              "certificate": { "serial": "{{serial}}", "notBefore": "2026-06-01T12:00:30+00:00", "notAfter": "2026-06-01T12:10:30+00:00" },
              "times": [ { "time": "2026-06-01T12:00:31+00:00", "source": "O=sign.example, CN=tsa" } ],
              "logEntries": [ { "origin": "sign.example", "index": 5 } ],
              "attestation": {
                "predicateType": "https://example.com/type",
                "subject": { "name": "app.zip", "digests": { "sha256": "{{sha256}}" } },
                "subjects": 1,
                "predicate": { "n": 1.50 }
              }
            }
            """;
        Assert.Equal(Compact(expected), Compact(outcome.Out));
    }

    [Fact]
    public void A_plain_signature_has_no_attestation_in_its_proof()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        Assert.False(_workspace.VerifyAsRepository("--format", "json").Json.TryGetProperty("attestation", out _));
    }

    [Fact]
    public void Who_cosigned_the_checkpoint_and_when_is_in_the_proof()
    {
        var (dated, undated, stranger) = (WitnessSigner.Ed25519Key("w.example/dated"), WitnessSigner.MlDsa("w.example/undated"), WitnessSigner.Ed25519Key("w.example/stranger"));
        _workspace.With(Cosigned(note => stranger.Cosign(undated.Cosign(dated.Cosign(note, 1_780_000_000), 0), 1)));
        var policy = _workspace.Under("witnesses.txt");
        File.WriteAllText(policy, $"witness D {dated.Vkey}\nwitness U {undated.Vkey}\ngroup both all D U\nquorum both\n");
        var outcome = _workspace.VerifyAsRepository("--format", "json", "--witness-policy", policy);
        Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
        Assert.Equal(
            Compact("""[{"witness":"D","time":"2026-05-28T20:26:40+00:00"},{"witness":"U"}]"""),
            Compact(outcome.Json.GetProperty("logEntries")[0].GetProperty("cosignatures").GetRawText()));

        // Without a policy nobody looked at the lines, so nobody is named.
        Assert.False(_workspace.VerifyAsRepository("--format", "json").Json.GetProperty("logEntries")[0].TryGetProperty("cosignatures", out _));
    }

    [Fact]
    public void A_checkpoint_that_its_witnesses_did_not_cosign_is_refused_with_its_reason()
    {
        var (witness, stranger) = (WitnessSigner.Ed25519Key("w.example/a"), WitnessSigner.Ed25519Key("w.example/stranger"));
        _workspace.With(Cosigned(note => stranger.Cosign(note, 1)));
        var policy = _workspace.Under("witnesses.txt");
        File.WriteAllText(policy, $"witness A {witness.Vkey}\nquorum A\n");
        var outcome = _workspace.VerifyAsRepository("--format", "json", "--witness-policy", policy);
        Assert.Equal(ExitCode.Refused, outcome.Exit);
        Assert.False(outcome.Json.GetProperty("verified").GetBoolean());
        Assert.Equal("WITNESS_QUORUM", outcome.Json.GetProperty("failure").GetProperty("code").GetString());
        Assert.False(outcome.Json.TryGetProperty("logEntries", out _));
    }

    [Fact]
    public void No_attested_text_holds_a_command_for_a_runner()
    {
        const string Command = "##vso[task.setvariable variable=a]b";
        var statement = new Statement([new Subject(Command, Sha256Digest.Of(_workspace.Bytes))], Command, System.Text.Encoding.UTF8.GetBytes($$"""{"{{Command}}":"{{Command}}"}"""));
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes, statement: statement));
        var outcome = _workspace.VerifyAsRepository("--format", "json");
        Assert.Equal(ExitCode.Verified, outcome.Exit);
        Assert.DoesNotContain('#', outcome.Out);
        Assert.Equal(Command, outcome.Json.GetProperty("attestation").GetProperty("predicate").GetProperty(Command).GetString());
        Assert.DoesNotContain("##", _workspace.VerifyAsRepository().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_predicate_as_deep_as_is_read_can_be_told()
    {
        const int Depth = Limits.JsonDepth - 1; // The statement is one level.
        var predicate = System.Text.Encoding.UTF8.GetBytes(new string('[', Depth) + new string(']', Depth));
        var statement = new Statement([new Subject("app.zip", Sha256Digest.Of(_workspace.Bytes))], "https://example.com/type", predicate);
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes, statement: statement));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository("--format", "json").Exit);
    }

    [Fact]
    public void The_shape_of_a_refusal_is_stable_and_it_goes_to_standard_output()
    {
        AssertFailure("NO_BUNDLE", ExitCode.Refused, _workspace.VerifyAsRepository("--format", "json"));
        AssertFailure("NOT_CHECKED", ExitCode.NotChecked, _workspace.VerifyAsRepository("--format", "json", "--bundle", "missing"));
        AssertFailure("USAGE", ExitCode.Usage, _workspace.Verify(_workspace.Artifact, "--format", "json"));
    }

    [Fact]
    public void Every_other_persons_text_is_escaped()
    {
        const string Hostile = "\u001b[2K\u202e\u2028<script>";
        var identity = InMemorySigstore.Workflow with { Event = Hostile };
        var statement = new Statement(
            [new Subject(Hostile, Sha256Digest.Of(_workspace.Bytes))], "https://example.com/" + Hostile, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { [Hostile] = Hostile }));
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes, identity, statement));
        var outcome = _workspace.VerifyAsRepository("--format", "json");
        Assert.Equal(ExitCode.Verified, outcome.Exit);
        Assert.DoesNotContain(outcome.Out.TrimEnd('\n'), c => c is < ' ' or > '~');
        Assert.Equal(Hostile, outcome.Json.GetProperty("signer").GetProperty("event").GetString());
        Assert.Equal(Hostile, outcome.Json.GetProperty("attestation").GetProperty("predicate").GetProperty(Hostile).GetString());
    }

    private static void AssertFailure(string code, ExitCode exit, Outcome outcome)
    {
        Assert.Equal((exit, string.Empty), (outcome.Exit, outcome.Error));
        var failure = outcome.Json.GetProperty("failure");
        Assert.Equal(["version", "verified", "exitCode", "artifact", "failure"], outcome.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal((1, false, (int)exit), (outcome.Json.GetProperty("version").GetInt32(), outcome.Json.GetProperty("verified").GetBoolean(), outcome.Json.GetProperty("exitCode").GetInt32()));
        Assert.Equal(code, failure.GetProperty("code").GetString());
        Assert.Equal(["code", "fault", "remedy"], failure.EnumerateObject().Select(member => member.Name));
        Assert.Equal("\n", outcome.Out[^1..]);
        Assert.Equal(1, outcome.Out.Count(c => c == '\n'));
    }

    private Bundle Cosigned(Func<string, string> cosign)
    {
        var bundle = _workspace.Sigstore.Sign(_workspace.Bytes);
        var entry = bundle.LogEntries[0];
        var proof = entry.InclusionProof!;
        return Bundle.Create(
            bundle.Signer.Certificate, bundle.MessageSignature!, [entry with { InclusionProof = proof with { Checkpoint = cosign(proof.Checkpoint) } }], bundle.Timestamps);
    }

    private static string Compact(string json) => JsonSerializer.Serialize(JsonElement.Parse(json));
}
