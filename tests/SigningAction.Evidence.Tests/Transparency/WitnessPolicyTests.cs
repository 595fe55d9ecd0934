using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Transparency;

public sealed class WitnessPolicyTests : IDisposable
{
    private const ulong Time = 1_780_000_000;
    private readonly InMemorySigstore _sigstore = new();
    private readonly WitnessSigner _a = WitnessSigner.Ed25519Key("w.example/a");
    private readonly WitnessSigner _b = WitnessSigner.MlDsa("w.example/b");
    private readonly WitnessSigner _c = WitnessSigner.Ed25519Key("w.example/c");
    private readonly WitnessSigner _stranger = WitnessSigner.Ed25519Key("w.example/stranger");

    public void Dispose() => _sigstore.Dispose();

    private string Checkpoint => _sigstore.SignCheckpoint(new Checkpoint("sign.example", 7, Sha256Digest.Of([1])));

    private string Witnesses => $"# three of them\n\nwitness A {_a.Vkey}\n\twitness B {_b.Vkey} https://b.example \n witness C\t{_c.Vkey}\n";

    [Fact]
    public void A_cosignature_of_either_kind_says_who_and_when()
    {
        var cosigned = Require("group all3 2 A B C\nquorum all3\n", _b.Cosign(_a.Cosign(Checkpoint, Time), Time + 1));
        Assert.Equal([("A", (long)Time), ("B", (long)Time + 1)], cosigned.Select(cosignature => (cosignature.Witness, cosignature.Time.ToUnixTimeSeconds())));
    }

    [Theory]
    [InlineData("quorum A\n", "A", true)]
    [InlineData("quorum A\n", "BC", false)]
    [InlineData("quorum none\n", "", true)]
    [InlineData("group g any A B C\nquorum g\n", "", false)]
    [InlineData("group g any A B C\nquorum g\n", "C", true)]
    [InlineData("group g all A B C\nquorum g\n", "AB", false)]
    [InlineData("group g all A B C\nquorum g\n", "ABC", true)]
    [InlineData("group g 2 A B C\nquorum g\n", "B", false)]
    [InlineData("group g 2 A B C\nquorum g\n", "BC", true)]
    [InlineData("group g any A B\ngroup h all g C\nquorum h\n", "AB", false)]
    [InlineData("group g any A B\ngroup h all g C\nquorum h\n", "BC", true)]
    [InlineData("group g all A B\ngroup h any g C\nquorum h\n", "A", false)]
    [InlineData("group g all A B\ngroup h any g C\nquorum h\n", "AB", true)]
    public void A_quorum_is_met_or_not(string rules, string who, bool met)
    {
        var checkpoint = who.Aggregate(Checkpoint, (note, name) => (name == 'A' ? _a : name == 'B' ? _b : _c).Cosign(note, Time));
        if (met)
        {
            Assert.Equal(who.Length, Require(rules, checkpoint).Count);
        }
        else
        {
            Refusal.Is(FailureCode.WitnessQuorum, () => Require(rules, checkpoint));
        }
    }

    [Fact]
    public void Strangers_count_for_nothing()
    {
        var checkpoint = _stranger.Cosign(Checkpoint, Time);
        Refusal.Is(FailureCode.WitnessQuorum, () => Require("group g any A B C\nquorum g\n", checkpoint));
        Refusal.Is(FailureCode.WitnessQuorum, () => Require("quorum A\n", _stranger.Named("w.example/a").Cosign(Checkpoint, Time)));
        Assert.Single(Require("quorum A\n", _a.Cosign(checkpoint, Time)));
    }

    [Fact]
    public void A_witness_counts_once_and_its_latest_time_stands()
    {
        var twice = _a.Cosign(_a.Cosign(Checkpoint, Time + 9), Time);
        Assert.Equal((long)Time + 9, Assert.Single(Require("quorum A\n", twice)).Time.ToUnixTimeSeconds());
        Refusal.Is(FailureCode.WitnessQuorum, () => Require("group g 2 A B C\nquorum g\n", twice));
    }

    [Fact]
    public void A_line_of_a_known_witness_that_does_not_verify_refuses_the_checkpoint()
    {
        var other = _sigstore.SignCheckpoint(new Checkpoint("sign.example", 8, Sha256Digest.Of([1])));
        var checkpoint = Checkpoint;
        foreach (var witness in new[] { _a, _b })
        {
            Refusal.Is(FailureCode.CheckpointSignature, () => Require("quorum none\n", witness.Cosign(checkpoint, Time, over: other)));

            // The time is signed too: none but the witness can move it.
            var line = witness.Cosign(checkpoint, Time)[checkpoint.Length..];
            var blob = Convert.FromBase64String(line.Split(' ')[2]);
            blob[11] ^= 1;
            Refusal.Is(FailureCode.CheckpointSignature, () => Require("quorum none\n", $"{checkpoint}— {witness.Name} {Convert.ToBase64String(blob)}\n"));
            Refusal.Is(FailureCode.CheckpointSignature, () => Require("quorum none\n", $"{checkpoint}— {witness.Name} {Convert.ToBase64String(blob[..12])}\n"));
            Refusal.Is(FailureCode.CheckpointSignature, () => Require("quorum none\n", witness.Cosign(checkpoint, ulong.MaxValue)));
        }
    }

    [Fact]
    public void Only_a_listed_log_with_its_own_key_counts_where_logs_are_listed()
    {
        var key = _sigstore.LogNoteKey;
        string Log(string name, VerificationKey of) => $"log {name}+{Convert.ToHexStringLower(of.Id.Span[..4])}+{Convert.ToBase64String([0x02, .. of.Spki.Span])}\n";
        using var other = InMemorySigstore.NewKey();
        var checkpoint = _a.Cosign(Checkpoint, Time);
        Assert.Single(Require(Log("sign.example", key.Key) + "quorum A\n", checkpoint));
        Refusal.Is(FailureCode.WitnessQuorum, () => Require(Log("other.example", key.Key) + "quorum A\n", checkpoint));
        Refusal.Is(FailureCode.WitnessQuorum, () => Require(Log("sign.example", VerificationKey.Of(other)) + "quorum A\n", checkpoint));
        Malformed(Log("sign.example", key.Key) + Log("twin.example", key.Key) + "quorum none\n");
    }

    [Fact]
    public void A_policy_of_another_form_is_refused()
    {
        Malformed("");
        Malformed("quorum A");
        Malformed("group g any A\n");
        Malformed("quorum A\nquorum A\n");
        Malformed("quorum g\ngroup g any A\n");
        Malformed("quorum A B\n");
        Malformed("group g any\nquorum g\n");
        Malformed("group g 0 A\nquorum g\n");
        Malformed("group g 2 A\nquorum g\n");
        Malformed("group g 01 A\nquorum g\n");
        Malformed("group g +1 A\nquorum g\n");
        Malformed("group g some A\nquorum g\n");
        Malformed("group g any A A\nquorum g\n");
        Malformed("group g any A\ngroup h any A\nquorum g\n");
        Malformed("group g any none\nquorum g\n");
        Malformed("group A any B\nquorum A\n");
        Malformed("group none any B\nquorum none\n");
        Malformed("witness A2 " + _a.Named("w.example/other").Vkey + "\nquorum A\n");
        Malformed("witness D " + _stranger.Vkey[..^4] + "\nquorum A\n");
        Malformed("witness D " + _stranger.Vkey.Replace("stranger", "wrong-hash", StringComparison.Ordinal) + "\nquorum A\n");
        Malformed("log " + _stranger.Vkey + "\nquorum A\n");
        Malformed("witnesses A\nquorum A\n");
        Malformed("quorum A\r\n");
        Refusal.Is(FailureCode.WitnessPolicyMalformed, () => WitnessPolicy.Parse([.. System.Text.Encoding.UTF8.GetBytes(Witnesses), .. "# "u8, 0xff, .. "\nquorum A\n"u8]));
        Refusal.Is(FailureCode.WitnessPolicyMalformed, () => WitnessPolicy.Parse(new byte[Limits.WitnessPolicyBytes + 1]));
    }

    [Fact]
    public void A_policy_that_asks_for_witnesses_is_met_only_by_a_cosigned_checkpoint()
    {
        var artifact = "the artifact"u8.ToArray();
        var bundle = _sigstore.Sign(artifact);
        var verifier = new Evidence.Verification.Verifier(_sigstore.TrustedRoot);
        var policy = new VerificationPolicy
        {
            Repository = "octo/app",
            Witnesses = WitnessPolicy.Parse(System.Text.Encoding.UTF8.GetBytes(Witnesses + "group g all A B\nquorum g\n")),
        };
        Refusal.Is(FailureCode.WitnessQuorum, () => verifier.Verify(bundle, Artifact.OfBytes(artifact), policy));
        Refusal.Is(FailureCode.WitnessQuorum, () => verifier.Verify(With(bundle, note => _a.Cosign(note, Time)), Artifact.OfBytes(artifact), policy));
        var proven = verifier.Verify(With(bundle, note => _b.Cosign(_a.Cosign(note, Time), Time)), Artifact.OfBytes(artifact), policy);
        Assert.Equal(["A", "B"], Assert.Single(proven.LogEntries).Cosignatures.Select(cosignature => cosignature.Witness));
    }

    [Fact]
    public void Who_skips_the_log_but_asks_for_witnesses_still_needs_a_log()
    {
        var artifact = "the artifact"u8.ToArray();
        var json = JsonNode.Parse(_sigstore.Sign(artifact).ToJson())!;
        json["verificationMaterial"]!.AsObject().Remove("tlogEntries");
        var bundle = Bundle.Parse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
        var policy = new VerificationPolicy { Repository = "octo/app", DangerouslySkipTransparencyLog = true };
        var verifier = new Evidence.Verification.Verifier(_sigstore.TrustedRoot);
        verifier.Verify(bundle, Artifact.OfBytes(artifact), policy);
        var witnesses = WitnessPolicy.Parse(System.Text.Encoding.UTF8.GetBytes(Witnesses + "quorum A\n"));
        Refusal.Is(FailureCode.NoLogEntry, () => verifier.Verify(bundle, Artifact.OfBytes(artifact), policy with { Witnesses = witnesses }));
    }

    private static Bundle With(Bundle bundle, Func<string, string> cosign)
    {
        var json = JsonNode.Parse(bundle.ToJson())!;
        var checkpoint = json["verificationMaterial"]!["tlogEntries"]![0]!["inclusionProof"]!["checkpoint"]!;
        checkpoint["envelope"] = cosign((string)checkpoint["envelope"]!);
        return Bundle.Parse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    private void Malformed(string rules) =>
        Refusal.Is(FailureCode.WitnessPolicyMalformed, () => WitnessPolicy.Parse(System.Text.Encoding.UTF8.GetBytes(Witnesses + rules)));

    private IReadOnlyList<Cosignature> Require(string rules, string checkpoint) =>
        WitnessPolicy.Parse(System.Text.Encoding.UTF8.GetBytes(Witnesses + rules)).Require(checkpoint, _sigstore.LogNoteKey.Key);
}
