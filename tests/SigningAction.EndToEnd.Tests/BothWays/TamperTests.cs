using System.Security.Cryptography;
using System.Text.Json;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;

namespace SigningAction.EndToEnd.Tests.BothWays;

/// <summary>One thing changed at a time, its encoding kept valid: everybody refuses, and ours says why.</summary>
public sealed class TamperTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["artifact"] = "SUBJECT_MISMATCH",
        ["signature"] = "TIMESTAMP_MISMATCH",
        ["certificate"] = "UNTRUSTED_ISSUER",
        ["signed certificate timestamp"] = "SCT_SIGNATURE",
        ["inclusion proof"] = "INCLUSION_PROOF",
        ["checkpoint"] = "CHECKPOINT_SIGNATURE",
        ["timestamp"] = "TIMESTAMP_SIGNATURE",
    };

    [Fact]
    public async Task Everybody_accepts_the_control_and_refuses_every_change_and_ours_says_why()
    {
        var file = authority.NewFile("artifact.txt", "what was attested");
        var control = await Signers.SignAsync("signing-agent", attest: true, file, authority);
        await EverybodyAsync(file, control, null);
        var bundle = Bundle.Parse(await File.ReadAllBytesAsync(control, TestContext.Current.CancellationToken));
        foreach (var (what, reason) in Reasons)
        {
            var changed = authority.NewFile("changed.sigstore.json", "");
            await File.WriteAllBytesAsync(changed, Changed(bundle, what).ToJson(), TestContext.Current.CancellationToken);
            var artifact = what == "artifact" ? authority.NewFile("artifact.txt", "what was attested, and more") : file;
            await EverybodyAsync(artifact, changed, (what, reason));
        }
    }

    private async Task EverybodyAsync(string file, string bundle, (string What, string Reason)? refusal)
    {
        foreach (var verifier in Verifiers.All)
        {
            var verdict = await Verifiers.VerifyAsync(verifier, attested: true, file, bundle, authority);
            if (refusal is not { } expected)
            {
                Assert.True(verdict.ExitCode == 0, $"{verifier} refuses the control: {verdict.Text}");
                continue;
            }

            Assert.True(verdict.ExitCode == 1, $"{verifier}, changed {expected.What}: {verdict.Text}");
            if (verifier == "signing-verifier")
            {
                using var json = JsonDocument.Parse(verdict.Output);
                Assert.Equal(expected.Reason, json.RootElement.GetProperty("failure").GetProperty("code").GetString());
            }
        }
    }

    private Bundle Changed(Bundle bundle, string what)
    {
        var entry = bundle.LogEntries[0];
        var proof = entry.InclusionProof!;
        return what switch
        {
            "artifact" => bundle,
            "signature" => With(bundle, envelope: bundle.Envelope! with { Signature = OtherSignature() }),
            "certificate" => With(bundle, certificate: ByAnotherAuthority(bundle)),
            "signed certificate timestamp" => With(bundle, certificate: WithForgedPromise(bundle)),
            "inclusion proof" => With(bundle, entry: entry with
            {
                // A log of one entry has an empty proof: there, one hash too many is the change.
                InclusionProof = proof with { Hashes = [Sha256Digest.Of("changed"u8), .. proof.Hashes.Skip(1)] },
            }),
            "checkpoint" => With(bundle, entry: entry with { InclusionProof = proof with { Checkpoint = WithForgedSignature(proof.Checkpoint) } }),
            "timestamp" => With(bundle, timestamp: WithFlippedSignature(bundle.Timestamps[0])),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
    }

    private static byte[] OtherSignature()
    {
        using var key = NewKey();
        return key.SignData("anything"u8, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>The same identity and key, certified by an authority of the same name with another key.</summary>
    private static byte[] ByAnotherAuthority(Bundle bundle)
    {
        var leaf = SigningCertificate.Parse(bundle.Signer.Certificate);
        using var rootKey = NewKey();
        using var issuerKey = NewKey();
        var builder = new AuthorityCertificateBuilder("example.org", leaf.NotBefore.AddDays(-1));
        var end = leaf.NotAfter.AddYears(1);
        var issuer = builder.Intermediate("signing-authority intermediate", VerificationKey.Of(issuerKey), builder.Root("root", rootKey, end), rootKey, end);
        return Reissue(leaf, issuer, issuerKey, leaf.Scts[0]);
    }

    /// <summary>Certified by the real authority, with a promise that its certificate log never made.</summary>
    private byte[] WithForgedPromise(Bundle bundle)
    {
        var leaf = SigningCertificate.Parse(bundle.Signer.Certificate);
        using var issuerKey = ECDsa.Create();
        issuerKey.ImportFromPem(File.ReadAllText(Path.Combine(authority.AuthorityFolder, "keys", "ca-intermediate.pem")));
        var issuer = Certificate.Parse(Der(File.ReadAllText(Path.Combine(authority.AuthorityFolder, "certificates", "ca-intermediate.pem"))));
        using var stranger = NewKey();
        var forged = SignedCertificateTimestamp.Sign(stranger, leaf.Scts[0].LogId, issuer.Key.Id, leaf.PrecertificateTbs.Span, leaf.Scts[0].Time, 0);
        return Reissue(leaf, issuer, issuerKey, forged);
    }

    private static byte[] Reissue(SigningCertificate leaf, Certificate issuer, ECDsa issuerKey, SignedCertificateTimestamp sct)
    {
        var builder = new SigningCertificateBuilder(issuer, issuerKey);
        return builder.Build(builder.BuildPrecertificate(leaf.Identity!, leaf.Key, leaf.Serial.Span, leaf.NotBefore, leaf.NotAfter), [sct]);
    }

    private static string WithForgedSignature(string checkpoint)
    {
        var note = SignedNote.Parse(checkpoint);
        using var stranger = NewKey();
        var forged = stranger.SignData(System.Text.Encoding.UTF8.GetBytes(note.Text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return SignedNote.Format(note.Text, [note.Signatures[0] with { Bytes = forged }]);
    }

    /// <summary>The token ends with its ECDSA signature, so the last byte is the end of s: still a number, another one.</summary>
    private static byte[] WithFlippedSignature(ReadOnlyMemory<byte> response)
    {
        var changed = response.ToArray();
        changed[^1] ^= 1;
        Assert.NotNull(TimestampToken.Parse(changed));
        return changed;
    }

    private static byte[] Der(string pem)
    {
        var fields = PemEncoding.Find(pem);
        return Convert.FromBase64String(pem[fields.Base64Data]);
    }

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static Bundle With(Bundle bundle, byte[]? certificate = null, DsseEnvelope? envelope = null, LogEntry? entry = null, byte[]? timestamp = null) => Bundle.Create(
        certificate ?? bundle.Signer.Certificate, envelope ?? bundle.Envelope!, [entry ?? bundle.LogEntries[0]], [timestamp ?? bundle.Timestamps[0]]);
}
