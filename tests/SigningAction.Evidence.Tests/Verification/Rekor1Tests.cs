using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Math.EC.Rfc8032;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

public sealed class Rekor1Tests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private static readonly VerificationPolicy Policy = new() { Repository = "octo/app" };
    private readonly InMemorySigstore _sigstore = new();
    private readonly InMemoryRekor1 _log = new();

    public void Dispose()
    {
        _sigstore.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void A_hashedrekord_with_promise_and_proof_verifies_without_a_timestamp_by_its_promised_time()
    {
        var verified = Verify(Signed());
        var time = Assert.Single(verified.Times);
        Assert.Equal((InMemorySigstore.Now.AddSeconds(2), "rekor.example", false), (time.Time, time.Source, time.IsTimestamp));
        Assert.Equal(InMemoryRekor1.EarlierShards + 5, Assert.Single(verified.LogEntries).Index);
    }

    [Fact]
    public void A_dsse_and_an_intoto_entry_verify()
    {
        Assert.NotNull(Verify(Attested(InMemoryRekor1.Dsse)).Subject);
        Assert.NotNull(Verify(Attested(InMemoryRekor1.Intoto)).Subject);
    }

    [Fact]
    public void An_intoto_entry_that_kept_its_payload_is_compared_with_it_too()
    {
        static string Keeping(string body, byte[] payload)
        {
            var json = JsonNode.Parse(body)!;
            json["spec"]!["content"]!["envelope"]!["payload"] = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(payload)));
            return json.ToJsonString();
        }

        Assert.NotNull(Verify(Attested((envelope, pem) => Keeping(InMemoryRekor1.Intoto(envelope, pem), envelope.Payload.ToArray()))).Subject);
        Refused(FailureCode.LogEntryMismatch, Attested((envelope, pem) => Keeping(InMemoryRekor1.Intoto(envelope, pem), "other"u8.ToArray())));
    }

    [Fact]
    public void A_dsse_entry_of_Rekor_v2_verifies_with_a_timestamp()
    {
        var bundle = _sigstore.Attest(Bytes);
        Assert.NotNull(Verify(Entry(InMemorySigstore.DsseV2(bundle.Envelope!, bundle.Signer.Certificate)), _sigstore.TrustedRoot).Subject);
        Refused(FailureCode.LogEntryMismatch, Entry(InMemorySigstore.DsseV2(bundle.Envelope! with { Payload = "other"u8.ToArray() }, bundle.Signer.Certificate)), _sigstore.TrustedRoot);
        Refused(FailureCode.LogEntryMismatch, Entry(InMemorySigstore.DsseV2(bundle.Envelope!, _sigstore.Attest(Bytes).Signer.Certificate)), _sigstore.TrustedRoot);
        Refused(FailureCode.LogEntryMalformed, Entry(InMemorySigstore.DsseV2(bundle.Envelope!, bundle.Signer.Certificate).Replace("SHA2_256", "SHA2_512", StringComparison.Ordinal)), _sigstore.TrustedRoot);

        Bundle Entry(string body) => With(bundle, _sigstore.Log(System.Text.Encoding.UTF8.GetBytes(body)) with { Kind = "dsse" });
    }

    [Fact]
    public void A_promise_that_does_not_verify_is_refused()
    {
        var bundle = Signed();
        var entry = bundle.LogEntries[0];
        var flipped = entry.InclusionPromise.ToArray();
        flipped[^1] ^= 1;
        Refused(FailureCode.InclusionPromise, With(bundle, entry with { InclusionPromise = flipped }));
        Refused(FailureCode.InclusionPromise, With(bundle, entry with { IntegratedTime = entry.IntegratedTime + 1 }));
        Refused(FailureCode.InclusionPromise, With(bundle, entry with { LogIndex = entry.LogIndex + 1 }));
        Refused(FailureCode.InclusionPromise, With(bundle, _log.Promise(entry with { IntegratedTime = 0 })));
        Refused(FailureCode.InclusionPromise, With(bundle, _log.Promise(entry with { IntegratedTime = long.MaxValue })));
    }

    [Fact]
    public void A_time_without_a_promise_counts_for_nothing()
    {
        var bundle = Signed();
        var silent = bundle.LogEntries[0] with { InclusionPromise = default };
        Refused(FailureCode.NoTrustedTime, With(bundle, silent));
        var stamped = Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, [silent], [_sigstore.Stamp(bundle.Signature.Span)]);
        var verified = Verify(stamped);
        Assert.True(Assert.Single(verified.Times).IsTimestamp);

        // The index over all shards is the log's word only with its promise.
        Assert.Equal(5, Assert.Single(verified.LogEntries).Index);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(601)]
    public void A_promised_time_outside_of_the_certificate_is_refused_also_beside_a_good_timestamp(int seconds)
    {
        var bundle = Signed(time: InMemorySigstore.Now.AddSeconds(seconds));
        Refused(FailureCode.CertificateExpired, bundle);
        Refused(FailureCode.CertificateExpired, Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, bundle.LogEntries, [_sigstore.Stamp(bundle.Signature.Span)]));
    }

    [Fact]
    public void A_time_after_the_present_is_refused_where_the_caller_has_a_clock()
    {
        var promised = InMemorySigstore.Now.AddSeconds(2);
        Assert.NotNull(Verify(Signed(), policy: Policy with { Now = promised }));
        Refused(FailureCode.TimeInFuture, Signed(), policy: Policy with { Now = promised.AddSeconds(-1) });
        Refused(FailureCode.TimeInFuture, _sigstore.Sign(Bytes), policy: Policy with { Now = InMemorySigstore.Now });
    }

    [Fact]
    public void A_promise_outside_of_the_logs_time_is_refused_and_its_ends_are_inside()
    {
        Assert.NotNull(Verify(Signed(), _log.In(_sigstore.TrustedRoot, "2026-06-01T12:00:32Z", "2026-06-01T12:00:32Z")));
        Refused(FailureCode.LogUntrusted, Signed(), _log.In(_sigstore.TrustedRoot, "2026-06-01T12:00:33Z"));
        Refused(FailureCode.LogUntrusted, Signed(), _log.In(_sigstore.TrustedRoot, end: "2026-06-01T12:00:31Z"));
    }

    [Fact]
    public void A_promise_of_an_unknown_log_is_no_time() => Refused(FailureCode.LogUntrusted, Signed(), _sigstore.TrustedRoot);

    [Fact]
    public void A_bundle_of_another_instance_is_refused_as_that()
    {
        using var stranger = new InMemorySigstore("other.example");
        using var strangeLog = new InMemoryRekor1("rekor.other.example");
        Refused(FailureCode.UntrustedIssuer, Signed(instance: stranger, log: strangeLog));
    }

    [Fact]
    public void A_genuine_entry_of_another_artifact_signature_or_key_is_refused()
    {
        var (mine, other) = (Signed(), Signed("other"u8.ToArray()));
        Refused(FailureCode.LogEntryMismatch, With(mine, other.LogEntries[0]));
        var (pem, signature) = (Pem.OfCertificate(mine.Signer.Certificate.Span), mine.Signature.ToArray());
        var otherPem = Pem.OfCertificate(other.Signer.Certificate.Span);
        var digest = SHA256.HashData(Bytes);
        Refused(FailureCode.LogEntryMismatch, With(mine, _log.Log(InMemoryRekor1.HashedRekord("sha256", SHA256.HashData("other"u8), signature, pem))));
        Refused(FailureCode.LogEntryMismatch, With(mine, _log.Log(InMemoryRekor1.HashedRekord("sha256", digest, other.Signature.Span, pem))));
        Refused(FailureCode.LogEntryMismatch, With(mine, _log.Log(InMemoryRekor1.HashedRekord("sha256", digest, signature, otherPem))));

        // The same key without its certificate is another verifier: the certificate is what says who.
        var key = SigningCertificate.Parse(mine.Signer.Certificate).Key;
        Refused(FailureCode.LogEntryMismatch, With(mine, _log.Log(InMemoryRekor1.HashedRekord("sha256", digest, signature, InMemoryRekor1.Pem(key)))));
        Refused(FailureCode.LogEntryMismatch, With(mine, _log.Log(InMemoryRekor1.Dsse(_sigstore.Attest(Bytes).Envelope! with { Signature = mine.Signature }, pem))));
    }

    [Fact]
    public void A_genuine_entry_of_another_envelope_is_refused()
    {
        foreach (var kind in new Func<DsseEnvelope, string, string>[] { InMemoryRekor1.Dsse, InMemoryRekor1.Intoto })
        {
            Refused(FailureCode.LogEntryMismatch, Attested((envelope, pem) => kind(envelope with { Payload = "other"u8.ToArray() }, pem)));
            Refused(FailureCode.LogEntryMismatch, Attested((envelope, pem) => kind(envelope with { Signature = new byte[70] }, pem)));
            Refused(FailureCode.LogEntryMismatch, Attested((envelope, _) => kind(envelope, Pem.OfCertificate(Signed().Signer.Certificate.Span))));
        }

        Refused(FailureCode.LogEntryMismatch, Attested((envelope, pem) => InMemoryRekor1.Intoto(envelope with { PayloadType = "application/json" }, pem)));
    }

    [Theory]
    [InlineData("\"spec\":{", "\"spec\":{\"more\":1,")]
    [InlineData("\"data\":", "\"data\":null,\"data\":")]
    [InlineData("\"algorithm\":\"sha256\"", "\"algorithm\":\"sha1\"")]
    [InlineData("\"algorithm\":\"sha256\"", "\"algorithm\":\"sha512\"")]
    [InlineData("\"algorithm\":\"sha256\"", "\"algorithm\":null")]
    [InlineData("\"publicKey\":{", "\"publicKey\":{},\"format\":{")]
    public void A_body_of_another_form_is_refused(string from, string to)
    {
        var bundle = Signed();
        var body = System.Text.Encoding.UTF8.GetString(bundle.LogEntries[0].CanonicalizedBody.Span).Replace(from, to, StringComparison.Ordinal);
        Refused(FailureCode.LogEntryMalformed, With(bundle, _log.Log(body)));
    }

    [Fact]
    public void A_body_of_another_kind_than_stated_or_with_two_signatures_or_without_PEM_is_refused()
    {
        var attested = Attested(InMemoryRekor1.Dsse);
        Refused(FailureCode.LogEntryMalformed, With(attested, _log.Log(InMemoryRekor1.Dsse(attested.Envelope!, Pem.OfCertificate(attested.Signer.Certificate.Span))) with { Kind = "hashedrekord" }));
        Refused(FailureCode.LogEntryMalformed, Attested((envelope, pem) =>
        {
            var json = JsonNode.Parse(InMemoryRekor1.Dsse(envelope, pem))!;
            var signatures = json["spec"]!["signatures"]!.AsArray();
            signatures.Add(signatures[0]!.DeepClone());
            return json.ToJsonString();
        }));
        Refused(FailureCode.LogEntryMalformed, Attested((envelope, _) => InMemoryRekor1.Dsse(envelope, "-----BEGIN CERTIFICATE-----")));
        Refused(FailureCode.LogEntryMalformed, With(Signed(), Signed().LogEntries[0] with { CanonicalizedBody = default }));
    }

    [Fact]
    public void An_intoto_entry_that_holds_no_signature_cannot_be_bound_and_is_refused() =>
        Refused(FailureCode.LogEntryUnsupported, With(Signed(), Signed().LogEntries[0] with { Kind = "intoto", Version = "0.0.1" }));

    [Theory]
    [InlineData("rekor.example")]
    [InlineData("rekor.example - ")]
    [InlineData("rekor.example - 12a")]
    [InlineData("other.example - 2605736670972794746")]
    [InlineData("rekor.example - 1 - 2")]
    public void A_checkpoint_of_another_log_or_without_a_tree_is_refused(string origin) =>
        Refused(FailureCode.CheckpointOrigin, Signed(origin: origin));

    [Fact]
    public void A_checkpoint_of_another_shard_of_the_log_is_accepted_with_its_proof() =>
        Assert.NotNull(Verify(Signed(origin: "rekor.example - 1193050959916656506")));

    [Fact]
    public void A_changed_or_foreign_checkpoint_is_refused()
    {
        Proof(FailureCode.CheckpointSignature, proof =>
        {
            var note = SignedNote.Parse(proof.Checkpoint);
            var bytes = note.Signatures[0].Bytes.ToArray();
            bytes[^1] ^= 1;
            return proof with { Checkpoint = SignedNote.Format(note.Text, [note.Signatures[0] with { Bytes = bytes }]) };
        });
        Proof(FailureCode.CheckpointSignature, proof =>
        {
            var note = SignedNote.Parse(proof.Checkpoint);
            return proof with { Checkpoint = SignedNote.Format(note.Text, [note.Signatures[0] with { Hint = 1 }]) };
        });
        Proof(FailureCode.InclusionProof, proof => proof with { LogIndex = proof.LogIndex - 1 });
        Proof(FailureCode.InclusionProof, proof => proof with { LogIndex = proof.TreeSize });
        Proof(FailureCode.InclusionProof, proof => proof with { TreeSize = proof.TreeSize + 1 });
        Proof(FailureCode.InclusionProof, proof => proof with { RootHash = MerkleTree.EmptyRoot });
        Proof(FailureCode.InclusionProof, proof => proof with { Hashes = [.. proof.Hashes.Skip(1)] });
        Proof(FailureCode.InclusionProof, proof => proof with { Hashes = [.. proof.Hashes, MerkleTree.EmptyRoot] });
    }

    [Fact]
    public void A_log_with_an_Ed25519_key_verifies()
    {
        var secret = SHA256.HashData("log"u8);
        var raw = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(secret, 0, raw, 0);
        using var log = new InMemoryRekor1(key: VerificationKey.Parse([.. Convert.FromHexString("302a300506032b6570032100"), .. raw]), sign: data =>
        {
            var signature = new byte[Ed25519.SignatureSize];
            Ed25519.Sign(secret, 0, data, 0, data.Length, signature, 0);
            return signature;
        });
        Assert.Single(Verify(Signed(log: log), log.In(_sigstore.TrustedRoot)).LogEntries);
    }

    [Fact]
    public void Copies_of_an_entry_under_other_indexes_reach_no_threshold()
    {
        var bundle = Signed();
        var entry = bundle.LogEntries[0] with { InclusionPromise = default };
        var stamped = Bundle.Create(
            bundle.Signer.Certificate, bundle.MessageSignature!, [entry, entry with { LogIndex = 1 }], [_sigstore.Stamp(bundle.Signature.Span)]);
        Assert.NotNull(Verify(stamped));
        Refused(FailureCode.ThresholdNotMet, stamped, policy: Policy with { LogThreshold = 2 });
        var both = Bundle.Create(
            bundle.Signer.Certificate, bundle.MessageSignature!, [entry, _sigstore.Log(Sha256Digest.Of(Bytes), bundle.Signature, bundle.Signer.Certificate)], stamped.Timestamps);
        Assert.Equal(2, Verify(both, policy: Policy with { LogThreshold = 2 }).LogEntries.Count);
    }

    [Fact]
    public void Two_sources_of_time_are_two_and_one_source_twice_is_one()
    {
        var bundle = Signed();
        ReadOnlyMemory<byte> Stamp() => _sigstore.Stamp(bundle.Signature.Span);
        var two = Policy with { TimeThreshold = 2 };
        Refused(FailureCode.ThresholdNotMet, bundle, policy: two);
        Assert.Equal(2, Verify(Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, bundle.LogEntries, [Stamp()]), policy: two).Times.Count);
        var silent = bundle.LogEntries[0] with { InclusionPromise = default };
        Refused(FailureCode.ThresholdNotMet, Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, [silent], [Stamp(), Stamp()]), policy: two);
    }

    private static Bundle With(Bundle bundle, LogEntry entry) => bundle.Envelope is null
        ? Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, [entry], bundle.Timestamps)
        : Bundle.Create(bundle.Signer.Certificate, bundle.Envelope, [entry], bundle.Timestamps);

    private Bundle Signed(byte[]? artifact = null, DateTimeOffset? time = null, string? origin = null, InMemorySigstore? instance = null, InMemoryRekor1? log = null)
    {
        using var key = InMemorySigstore.NewKey();
        var certificate = (instance ?? _sigstore).Issue(key);
        var signature = key.SignData(artifact ?? Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var digest = Sha256Digest.Of(artifact ?? Bytes);
        var body = InMemoryRekor1.HashedRekord("sha256", digest.Span, signature, Pem.OfCertificate(certificate));
        return Bundle.Create(certificate, MessageSignature.Over(digest, signature), [(log ?? _log).Log(body, time, origin)], []);
    }

    private Bundle Attested(Func<DsseEnvelope, string, string> kind)
    {
        var bundle = _sigstore.Attest(Bytes);
        return Bundle.Create(bundle.Signer.Certificate, bundle.Envelope!, [_log.Log(kind(bundle.Envelope!, Pem.OfCertificate(bundle.Signer.Certificate.Span)))], []);
    }

    private void Proof(FailureCode code, Func<InclusionProof, InclusionProof> change)
    {
        var bundle = Signed();
        Refused(code, With(bundle, bundle.LogEntries[0] with { InclusionProof = change(bundle.LogEntries[0].InclusionProof!) }));
    }

    private VerifiedBundle Verify(Bundle bundle, TrustedRoot? root = null, VerificationPolicy? policy = null) =>
        new Verifier(root ?? _log.In(_sigstore.TrustedRoot)).Verify(Bundle.Parse(bundle.ToJson()), Artifact.OfBytes(Bytes), policy ?? Policy);

    private void Refused(FailureCode code, Bundle bundle, TrustedRoot? root = null, VerificationPolicy? policy = null) =>
        Refusal.Is(code, () => new Verifier(root ?? _log.In(_sigstore.TrustedRoot)).Verify(bundle, Artifact.OfBytes(Bytes), policy ?? Policy));
}
