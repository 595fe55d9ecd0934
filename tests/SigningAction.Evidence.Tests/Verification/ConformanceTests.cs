using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>Every case of the public conformance suite that is at hand, by path and by digest, each refusal for its own reason.</summary>
public sealed class ConformanceTests
{
    private const string BeaconIdentity =
        "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

    /// <summary>
    /// Why each case of the whole suite must be refused; one that is not listed must verify. Of cases that are not at hand the reason is the one that the suite gives
    /// (its base64 with line feeds is refused before the wrong time inside is seen).
    /// </summary>
    private static readonly Dictionary<string, FailureCode> Refusals = new(StringComparer.Ordinal)
    {
        ["bundle-empty-certificate-chain_fail"] = FailureCode.BundleMalformed,
        ["bundle-from-wrong-instance_fail"] = FailureCode.UntrustedIssuer,
        ["bundle-invalid-base64-signature_fail"] = FailureCode.BundleMalformed,
        ["bundle-malformed-json_fail"] = FailureCode.BundleMalformed,
        ["bundle-negative-log-index_fail"] = FailureCode.BundleMalformed,
        ["bundle-with-root-cert_fail"] = FailureCode.BundleMalformed,
        ["bundle-unknown-version_fail"] = FailureCode.BundleVersion,
        ["checkpoint-bad-keyhint_fail"] = FailureCode.CheckpointSignature,
        ["checkpoint-wrong-roothash_fail"] = FailureCode.InclusionProof,
        ["dsse-invalid-sig_fail"] = FailureCode.LogEntryMismatch,
        ["dsse-mismatch-envelope_fail"] = FailureCode.LogEntryMismatch,
        ["dsse-mismatch-sig_fail"] = FailureCode.LogEntryMismatch,
        ["inclusion-proof-corrupted-hash_fail"] = FailureCode.InclusionProof,
        ["incorrect-public-key_fail"] = FailureCode.LogEntryMismatch,
        ["integrated-time-in-future_fail"] = FailureCode.CertificateExpired,
        ["intoto-expired-certificate_fail"] = FailureCode.CertificateExpired,
        ["intoto-log-entry-mismatch_fail"] = FailureCode.LogEntryMismatch,
        ["intoto-missing-inclusion-proof_fail"] = FailureCode.InclusionProof,
        ["intoto-tsa-timestamp-outside-cert-validity_fail"] = FailureCode.CertificateExpired,
        ["intoto-set-outside-signing-cert-validity_fail"] = FailureCode.CertificateExpired,
        ["invalid-checkpoint-signature_fail"] = FailureCode.CheckpointSignature,
        ["invalid-ct-key_fail"] = FailureCode.SctSignature,
        ["invalid-inclusion-proof_fail"] = FailureCode.CheckpointMalformed,
        ["managed-key-no-key_fail"] = FailureCode.KeyMismatch,
        ["managed-key-wrong-key_fail"] = FailureCode.KeyUnsupported,
        ["message-digest-mismatch_fail"] = FailureCode.DigestMismatch,
        ["set-invalid-signature_fail"] = FailureCode.InclusionPromise,
        ["signature-mismatch_fail"] = FailureCode.LogEntryMismatch,
        ["trust-root-tlog-missing-validity-start_fail"] = FailureCode.TrustedRootMalformed,
        ["wrong-hashedrekord-entry_fail"] = FailureCode.LogEntryMismatch,
        ["wrong-hashedrekord-artifact_fail"] = FailureCode.LogEntryMismatch,
        ["wrong-hashedrekord-cert-and-sig_fail"] = FailureCode.LogEntryMismatch,
        ["wrong-material_fail"] = FailureCode.DigestMismatch,
        ["rekor2-checkpoint-missing-log-signature_fail"] = FailureCode.CheckpointMalformed,
        ["rekor2-checkpoint-missing-origin_fail"] = FailureCode.CheckpointMalformed,
        ["rekor2-checkpoint-no-matching-signature_fail"] = FailureCode.CheckpointSignature,
        ["rekor2-checkpoint-missing-root-hash_fail"] = FailureCode.CheckpointMalformed,
        ["rekor2-checkpoint-missing-size_fail"] = FailureCode.CheckpointMalformed,
        ["rekor2-dsse-invalid-sig_fail"] = FailureCode.LogEntryMismatch,
        ["rekor2-dsse-mismatch-envelope_fail"] = FailureCode.LogEntryMismatch,
        ["rekor2-dsse-mismatch-sig_fail"] = FailureCode.LogEntryMismatch,
        ["rekor2-no-inclusion-proof_fail"] = FailureCode.InclusionProof,
        ["rekor2-no-timestamp_fail"] = FailureCode.NoTrustedTime,
        ["rekor2-timestamp-outside-trust-root-tsa-validity_fail"] = FailureCode.TimestampOutsideTrust,
        ["rekor2-timestamp-payload-mismatch_fail"] = FailureCode.TimestampMismatch,
        ["rekor2-timestamp-with-incorrect-time_fail"] = FailureCode.BundleMalformed,
        ["rekor2-timestamp-outside-tsa-cert-validity_fail"] = FailureCode.TimestampCertificate,
        ["rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail"] = FailureCode.TimestampUntrusted,
        ["rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail"] = FailureCode.TimestampUntrusted,
    };

    /// <summary>One case is provenance of another build, which the protocol, asking only who signed which bytes, wants accepted.</summary>
    [Fact]
    public void Every_case_comes_out_right_and_for_the_right_reason()
    {
        var suite = SharedMaterial.Folder("conformance", "suite", "test", "assets", "bundle-verify");
        var (seen, outcomes) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var folder in Directory.GetDirectories(suite).Order(StringComparer.Ordinal))
        {
            var own = Path.Combine(folder, "artifact");
            var artifact = File.ReadAllBytes(File.Exists(own) ? own : Path.Combine(suite, "a.txt"));
            foreach (var candidate in new[] { Artifact.OfBytes(artifact), Artifact.OfDigest(Sha256Digest.Of(artifact)) })
            {
                var name = Path.GetFileName(folder);
                seen.Add(name);
                var expected = Refusals.TryGetValue(name, out var code) ? FailureCodes.Text(code) : "verified";
                var outcome = Outcome(folder, candidate);
                if (outcome != expected)
                {
                    outcomes.Add($"{name}: {outcome}, expected {expected}");
                }
            }
        }

        Assert.Equal(seen.Where(name => name.EndsWith("_fail", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal), seen.Where(Refusals.ContainsKey).ToHashSet(StringComparer.Ordinal));
        Assert.True(seen.Count >= 42, $"only {seen.Count} cases");
        Assert.Equal(49, Refusals.Count);
        Assert.Empty(outcomes);
    }

    private static string Outcome(string folder, Artifact artifact)
    {
        try
        {
            var own = Path.Combine(folder, "trusted_root.json");
            var root = TrustedRoot.Parse(File.ReadAllBytes(File.Exists(own) ? own : Path.Combine(SharedMaterial.Folder("conformance"), "public_good_trusted_root.json")));
            var bundle = Bundle.Parse(File.ReadAllBytes(Path.Combine(folder, "bundle.sigstore.json")));
            var verified = new Verifier(root).Verify(bundle, artifact, Policy(folder));
            return verified.LogEntries.Count > 0 && verified.Times.Count > 0 ? "verified" : "verified without proof";
        }
        catch (EvidenceException e)
        {
            return FailureCodes.Text(e.Code);
        }
    }

    private static VerificationPolicy Policy(string folder)
    {
        string Text(string name, string otherwise) =>
            Path.Combine(folder, name) is var path && File.Exists(path) ? File.ReadAllText(path).Trim() : otherwise;
        return Pem.TryReadPublicKey(Text("key.pub", string.Empty), out var key)
            ? new VerificationPolicy { Key = VerificationKey.Parse(key) }
            : new VerificationPolicy { Identity = Text("identity", BeaconIdentity), Issuer = Text("issuer", VerificationPolicy.GitHubIssuer), DangerouslyAcceptContradiction = true };
    }
}
