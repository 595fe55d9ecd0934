using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Tests.Certificates;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

public sealed class VerifierTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private static readonly VerificationPolicy Policy = new() { Repository = "octo/app" };
    private readonly InMemorySigstore _sigstore = new();

    public void Dispose() => _sigstore.Dispose();

    [Fact]
    public void A_plain_signature_verifies_by_path_and_by_digest()
    {
        var bundle = Bundle.Parse(_sigstore.Sign(Bytes).ToJson());
        foreach (var artifact in new[] { Artifact.OfBytes(Bytes), Artifact.OfDigest(Sha256Digest.Of(Bytes)) })
        {
            var verified = new Verifier(_sigstore.TrustedRoot).Verify(bundle, artifact, Policy);
            Assert.Equal(InMemorySigstore.Workflow with { }, verified.Identity);
            Assert.Equal(5, verified.LogEntries.Single().Index);
            Assert.Equal(InMemorySigstore.Now.AddSeconds(1), verified.Times.Single().Time);
            Assert.Null(verified.Statement);
        }
    }

    [Fact]
    public void An_attestation_verifies_by_path_and_by_digest()
    {
        var bundle = Bundle.Parse(_sigstore.Attest(Bytes).ToJson());
        foreach (var artifact in new[] { Artifact.OfBytes(Bytes), Artifact.OfDigest(Sha256Digest.Of(Bytes)) })
        {
            var verified = new Verifier(_sigstore.TrustedRoot).Verify(bundle, artifact, Policy with { PredicateType = SlsaProvenance.PredicateType });
            Assert.Equal("app.zip", verified.Subject!.Name);
        }
    }

    [Fact]
    public void An_empty_artifact_verifies_when_it_was_signed() =>
        Assert.NotNull(new Verifier(_sigstore.TrustedRoot).Verify(_sigstore.Sign([]), Artifact.OfBytes(default), Policy));

    [Fact]
    public void Another_artifact_is_refused()
    {
        Refused(FailureCode.DigestMismatch, _sigstore.Sign(Bytes), artifact: "other"u8.ToArray());
        Refused(FailureCode.SubjectMismatch, _sigstore.Attest(Bytes), artifact: "other"u8.ToArray());
    }

    [Fact]
    public void Another_artifact_is_refused_also_where_the_bundle_states_no_digest()
    {
        var bundle = _sigstore.Sign(Bytes);
        var silent = Bundle.Create(bundle.Signer.Certificate, new MessageSignature(null, default, bundle.Signature), bundle.LogEntries, bundle.Timestamps);
        Assert.NotNull(new Verifier(_sigstore.TrustedRoot).Verify(silent, Artifact.OfBytes(Bytes), Policy));
        Refused(FailureCode.LogEntryMismatch, silent, artifact: "other"u8.ToArray());
    }

    [Fact]
    public void A_genuine_log_entry_of_another_artifact_is_refused()
    {
        var other = _sigstore.Sign("other"u8.ToArray()).LogEntries;
        Refused(FailureCode.LogEntryMismatch, With(_sigstore.Sign(Bytes), entries: other));
        Refused(FailureCode.LogEntryMismatch, With(_sigstore.Attest(Bytes), entries: other));
        LogEntry[] silent = [other[0] with { CanonicalizedBody = default }];
        Refused(FailureCode.InclusionProof, With(_sigstore.Sign(Bytes), entries: silent));
    }

    [Fact]
    public void A_second_signature_of_the_same_key_needs_its_own_entry()
    {
        using var key = InMemorySigstore.NewKey();
        var certificate = _sigstore.Issue(key);
        byte[] Signature() => key.SignData(Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var (logged, shown) = (Signature(), Signature());
        Refused(FailureCode.LogEntryMismatch, Bundle.Create(
            certificate,
            MessageSignature.Over(Sha256Digest.Of(Bytes), shown),
            [_sigstore.Log(Sha256Digest.Of(Bytes), logged, certificate)],
            [_sigstore.Stamp(shown)]));
    }

    [Fact]
    public void A_signature_of_another_key_is_refused_even_if_everything_agrees_on_it()
    {
        using var key = InMemorySigstore.NewKey();
        using var other = InMemorySigstore.NewKey();
        Refused(FailureCode.SignatureInvalid, _sigstore.Attest(other, _sigstore.Issue(key), Statement()));
    }

    [Fact]
    public void A_signature_over_the_payload_instead_of_its_encoding_is_refused()
    {
        using var key = InMemorySigstore.NewKey();
        var certificate = _sigstore.Issue(key);
        var payload = Statement();
        var signature = key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var pae = DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, payload);
        Refused(FailureCode.SignatureInvalid, Bundle.Create(
            certificate,
            new DsseEnvelope(DsseEnvelope.InTotoPayloadType, payload, signature),
            [_sigstore.Log(Sha256Digest.Of(pae), signature, certificate)],
            [_sigstore.Stamp(signature)]));
    }

    [Fact]
    public void A_swapped_payload_type_is_refused()
    {
        var bundle = _sigstore.Attest(Bytes);
        Refused(FailureCode.LogEntryMismatch, With(bundle, envelope: bundle.Envelope! with { PayloadType = "application/json" }));
        using var key = InMemorySigstore.NewKey();
        Refused(FailureCode.PayloadType, _sigstore.Attest(key, _sigstore.Issue(key), Statement(), "application/json"));
    }

    [Fact]
    public void A_subject_known_by_another_digest_only_or_with_conflicting_ones_is_refused()
    {
        using var key = InMemorySigstore.NewKey();
        var sha512 = Convert.ToHexStringLower(SHA512.HashData(Bytes));
        byte[] About(Dictionary<string, string> digests) => new Statement([new Subject("app.zip", digests)], "https://example.com/p", "{}"u8.ToArray()).ToJson();
        var only512 = _sigstore.Attest(key, _sigstore.Issue(key), About(new() { ["sha512"] = sha512 }));
        Assert.NotNull(new Verifier(_sigstore.TrustedRoot).Verify(only512, Artifact.OfBytes(Bytes), Policy));
        Refusal.Is(FailureCode.ArtifactNeeded, () => new Verifier(_sigstore.TrustedRoot).Verify(only512, Artifact.OfDigest(Sha256Digest.Of(Bytes)), Policy));
        Refused(FailureCode.SubjectMismatch, _sigstore.Attest(key, _sigstore.Issue(key), About(new() { ["sha256"] = Sha256Digest.Of(Bytes).ToString(), ["sha512"] = new string('0', 128) })));
    }

    [Fact]
    public void A_signed_payload_that_is_no_statement_is_refused()
    {
        using var key = InMemorySigstore.NewKey();
        Refused(FailureCode.StatementMalformed, _sigstore.Attest(key, _sigstore.Issue(key), "not JSON"u8.ToArray()));
    }

    [Fact]
    public void Another_predicate_type_than_asked_for_is_refused_and_so_is_none()
    {
        var asked = Policy with { PredicateType = "https://spdx.dev/Document/v2.3" };
        Refused(FailureCode.PredicateType, _sigstore.Attest(Bytes), asked);
        Refused(FailureCode.PredicateType, _sigstore.Sign(Bytes), asked);
    }

    [Fact]
    public void No_timestamp_is_refused() => Refused(FailureCode.NoTrustedTime, With(_sigstore.Sign(Bytes), timestamps: []));

    [Fact]
    public void A_timestamp_over_another_signature_is_refused() =>
        Refused(FailureCode.TimestampMismatch, With(_sigstore.Sign(Bytes), timestamps: [_sigstore.Stamp("other"u8)]));

    [Fact]
    public void A_timestamp_of_an_unknown_authority_counts_for_nothing_and_spoils_nothing()
    {
        using var stranger = new InMemorySigstore();
        var bundle = _sigstore.Sign(Bytes);
        ReadOnlyMemory<byte> strange = stranger.Stamp(bundle.Signature.Span);
        Refused(FailureCode.TimestampUntrusted, With(bundle, timestamps: [strange]));
        Assert.Single(new Verifier(_sigstore.TrustedRoot).Verify(With(bundle, timestamps: [strange, bundle.Timestamps[0]]), Artifact.OfBytes(Bytes), Policy).Times);
    }

    [Fact]
    public void Every_proven_time_must_lie_in_the_certificates_ten_minutes()
    {
        var bundle = _sigstore.Sign(Bytes);
        var late = _sigstore.Stamp(bundle.Signature.Span, InMemorySigstore.Now.AddMinutes(10).AddSeconds(1));
        var early = _sigstore.Stamp(bundle.Signature.Span, InMemorySigstore.Now.AddSeconds(-1));
        Refused(FailureCode.CertificateExpired, With(bundle, timestamps: [late]));
        Refused(FailureCode.CertificateExpired, With(bundle, timestamps: [early]));
        Refused(FailureCode.CertificateExpired, With(bundle, timestamps: [bundle.Timestamps[0], late]));
        var last = _sigstore.Stamp(bundle.Signature.Span, InMemorySigstore.Now.AddMinutes(10));
        Assert.NotNull(new Verifier(_sigstore.TrustedRoot).Verify(With(bundle, timestamps: [last]), Artifact.OfBytes(Bytes), Policy));
    }

    [Fact]
    public void A_certificate_of_another_instance_is_refused_naming_its_issuer()
    {
        using var stranger = new InMemorySigstore("other.example", "other.example");
        using var key = InMemorySigstore.NewKey();
        var refusal = Assert.Throws<EvidenceException>(() => new Verifier(_sigstore.TrustedRoot).Verify(_sigstore.Attest(key, stranger.Issue(key), Statement()), Artifact.OfBytes(Bytes), Policy));
        Assert.Equal(FailureCode.UntrustedIssuer, refusal.Code);
        Assert.Contains("other.example", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_intermediate_that_expired_between_two_proven_times_refuses_the_bundle()
    {
        using var rootKey = InMemorySigstore.NewKey();
        using var issuerKey = InMemorySigstore.NewKey();
        using var key = InMemorySigstore.NewKey();
        var now = InMemorySigstore.Now;
        var builder = new AuthorityCertificateBuilder("sign.example", InMemorySigstore.Start);
        var anchor = builder.Root("root", rootKey, InMemorySigstore.Start.AddYears(10));
        var issuer = builder.Intermediate("short-lived", VerificationKey.Of(issuerKey), anchor, rootKey, now.AddMinutes(5));
        var certificate = CertificateForge.Leaf(key)
            .With(leaf => (leaf.Issuer, leaf.NotBefore, leaf.NotAfter) = (issuer.Subject.RawBytes.ToArray(), now, now.AddMinutes(10)))
            .WithExtension(CertificateForge.SanUri(InMemorySigstore.Workflow.SignerUri))
            .WithExtension(CertificateForge.Issuer1(InMemorySigstore.Workflow.Issuer))
            .Sign(issuerKey);
        var root = JsonNode.Parse(_sigstore.TrustedRoot.ToJson())!;
        root["certificateAuthorities"]![0]!["certChain"]!["certificates"] =
            new JsonArray(new[] { issuer, anchor }.Select(one => new JsonObject { ["rawBytes"] = Convert.ToBase64String(one.RawBytes.Span) }).ToArray());
        var verifier = new Verifier(TrustedRoot.Parse(System.Text.Encoding.UTF8.GetBytes(root.ToJsonString())));
        var policy = new VerificationPolicy { Identity = InMemorySigstore.Workflow.SignerUri, DangerouslySkipCertificateTransparency = true };
        var signature = key.SignData(Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var digest = Sha256Digest.Of(Bytes);
        Bundle At(params int[] minutes) => Bundle.Create(
            certificate, MessageSignature.Over(digest, signature), [_sigstore.Log(digest, signature, certificate)],
            [.. minutes.Select(minute => new ReadOnlyMemory<byte>(_sigstore.Stamp(signature, now.AddMinutes(minute))))]);

        Assert.NotNull(verifier.Verify(At(1), Artifact.OfBytes(Bytes), policy));
        foreach (var minutes in new int[][] { [6], [1, 6], [6, 1] })
        {
            var refusal = Assert.Throws<EvidenceException>(() => verifier.Verify(At(minutes), Artifact.OfBytes(Bytes), policy));
            Assert.Equal(FailureCode.CertificateExpired, refusal.Code);
            Assert.Contains("short-lived", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("MD5", 16)]
    [InlineData("SHA1", 20)]
    [InlineData("SHA2_224", 28)]
    [InlineData("SHA2_256", 64)]
    public void A_stated_digest_of_a_weak_hash_or_of_another_length_is_refused(string algorithm, int length)
    {
        var json = JsonNode.Parse(_sigstore.Sign(Bytes).ToJson())!;
        json["messageSignature"]!["messageDigest"] = new JsonObject { ["algorithm"] = algorithm, ["digest"] = Convert.ToBase64String(new byte[length]) };
        Refused(FailureCode.BundleMalformed, Bundle.Parse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())));
    }

    // B-33: whoever has (r, s) has (r, n - s), which verifies too. It is no other signature of the signer, and never found under the first one's entry.
    [Fact]
    public void A_signature_with_its_s_turned_over_verifies_but_matches_no_entry_of_the_first()
    {
        using var key = InMemorySigstore.NewKey();
        var (certificate, digest) = (_sigstore.Issue(key), Sha256Digest.Of(Bytes));
        var signature = key.SignData(Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var reader = new AsnReader(signature, AsnEncodingRules.DER).ReadSequence();
        var (r, s) = (reader.ReadInteger(), reader.ReadInteger());
        var order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var turned = CertificateForge.Der(w =>
        {
            using (w.PushSequence())
            {
                w.WriteInteger(r);
                w.WriteInteger(order - s);
            }
        });
        Assert.NotEqual(signature, turned);
        Bundle Of(byte[] value, byte[] logged, byte[] stamped) => Bundle.Create(
            certificate, MessageSignature.Over(digest, value), [_sigstore.Log(digest, logged, certificate)], [_sigstore.Stamp(stamped)]);
        Assert.NotNull(new Verifier(_sigstore.TrustedRoot).Verify(Of(turned, turned, turned), Artifact.OfBytes(Bytes), Policy));
        Refused(FailureCode.LogEntryMismatch, Of(turned, signature, turned));
        Refused(FailureCode.TimestampMismatch, Of(turned, turned, signature));
    }

    [Fact]
    public void A_log_entry_whose_body_has_a_null_is_refused_and_no_crash()
    {
        var bundle = _sigstore.Sign(Bytes);
        var body = System.Text.Encoding.UTF8.GetString(bundle.LogEntries[0].CanonicalizedBody.Span).Replace("\"PKIX_ECDSA_P256_SHA_256\"", "null", StringComparison.Ordinal);
        Refused(FailureCode.LogEntryMalformed, With(bundle, entries: [bundle.LogEntries[0] with { CanonicalizedBody = System.Text.Encoding.UTF8.GetBytes(body) }]));
    }

    [Fact]
    public void An_inclusion_promise_that_no_log_of_this_kind_makes_is_refused()
    {
        var bundle = _sigstore.Sign(Bytes);
        Refused(FailureCode.LogEntryMalformed, With(bundle, entries: [bundle.LogEntries[0] with { InclusionPromise = "promise"u8.ToArray() }]));
    }

    [Fact]
    public void What_was_asked_for_is_repeated_without_a_command_for_a_runner()
    {
        const string Command = "refs/heads/##vso[task.setvariable variable=a]b";
        var refused = Assert.Throws<EvidenceException>(() =>
            new Verifier(_sigstore.TrustedRoot).Verify(_sigstore.Sign(Bytes), Artifact.OfBytes(Bytes), Policy with { SourceRef = Command }));
        Assert.Equal(FailureCode.SourceRefMismatch, refused.Code);
        Assert.DoesNotContain("##", refused.Failure.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_may_be_listed_once_for_each_of_its_times()
    {
        var root = JsonNode.Parse(_sigstore.TrustedRoot.ToJson())!;
        foreach (var kind in new[] { "tlogs", "ctlogs" })
        {
            var earlier = root[kind]![0]!.DeepClone();
            earlier["publicKey"]!["validFor"]!["end"] = "2026-02-01T00:00:00Z";
            root[kind]!.AsArray().Insert(0, earlier);
        }

        var verifier = new Verifier(TrustedRoot.Parse(System.Text.Encoding.UTF8.GetBytes(root.ToJsonString())));
        Assert.NotNull(verifier.Verify(_sigstore.Sign(Bytes), Artifact.OfBytes(Bytes), Policy));
    }

    [Fact]
    public void A_stated_digest_of_another_length_is_refused_without_repeating_it()
    {
        var bundle = _sigstore.Sign(Bytes);
        var message = bundle.MessageSignature! with { Digest = new byte[1_000_000] };
        Refused(FailureCode.BundleMalformed, Bundle.Create(bundle.Signer.Certificate, message, bundle.LogEntries, bundle.Timestamps));
    }

    [Fact]
    public void A_digest_alone_is_refused_as_too_little_where_the_signature_is_over_another_hash()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var signature = key.SignData(Bytes, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence);
        var bundle = Bundle.Create(_sigstore.Issue(key), new MessageSignature(null, default, signature), [], [_sigstore.Stamp(signature)]);
        Refusal.Is(FailureCode.ArtifactNeeded, () => new Verifier(_sigstore.TrustedRoot).Verify(bundle, Artifact.OfDigest(Sha256Digest.Of(Bytes)), Policy));
    }

    [Fact]
    public void One_artifact_serves_many_at_once_and_is_read_once_a_hash()
    {
        var read = 0;
        var artifact = Artifact.Hashed(algorithm =>
        {
            Interlocked.Increment(ref read);
            Thread.Sleep(20);
            return CryptographicOperations.HashData(algorithm, Bytes);
        });
        var bundle = _sigstore.Sign(Bytes);
        Parallel.For(0, 8, _ => new Verifier(_sigstore.TrustedRoot).Verify(bundle, artifact, Policy));
        Assert.Equal(1, read);
    }

    [Fact]
    public void The_longest_names_that_GitHub_gives_can_be_asked_for()
    {
        var repository = $"{new string('o', 39)}/{new string('r', 100)}";
        var workflow = $"{repository}/.github/workflows/{new string('w', 251)}.yml";
        var identity = InMemorySigstore.Workflow with
        {
            RepositoryUri = $"https://github.com/{repository}",
            SignerUri = $"https://github.com/{workflow}@refs/heads/main",
        };
        var asked = new VerificationPolicy { Repository = repository, SignerWorkflow = workflow };
        Assert.NotNull(new Verifier(_sigstore.TrustedRoot).Verify(_sigstore.Sign(Bytes, identity), Artifact.OfBytes(Bytes), asked));
    }

    [Fact]
    public void A_repository_may_be_named_with_its_host() =>
        Assert.NotNull(new Verifier(_sigstore.TrustedRoot).Verify(_sigstore.Sign(Bytes), Artifact.OfBytes(Bytes), new VerificationPolicy { Repository = "github.com/octo/app" }));

    [Fact]
    public void A_promise_of_an_unknown_certificate_log_is_refused()
    {
        using var key = InMemorySigstore.NewKey();
        using var strangeLog = InMemorySigstore.NewKey();
        Refused(FailureCode.SctUntrusted, _sigstore.Attest(key, _sigstore.Issue(key, certificateLogKey: strangeLog), Statement()));
    }

    [Fact]
    public void No_log_entry_is_refused() => Refused(FailureCode.NoLogEntry, With(_sigstore.Sign(Bytes), entries: []));

    [Fact]
    public void The_same_entry_twice_is_refused()
    {
        var bundle = _sigstore.Sign(Bytes);
        Refused(FailureCode.LogEntryDuplicate, With(bundle, entries: [bundle.LogEntries[0], bundle.LogEntries[0]]));
    }

    [Fact]
    public void An_entry_of_an_unknown_log_counts_for_nothing()
    {
        using var stranger = new InMemorySigstore();
        var bundle = _sigstore.Sign(Bytes);
        var strange = stranger.Log(Sha256Digest.Of(Bytes), bundle.Signature, bundle.Signer.Certificate);
        Refused(FailureCode.LogUntrusted, With(bundle, entries: [strange]));
        Assert.Single(new Verifier(_sigstore.TrustedRoot).Verify(With(bundle, entries: [strange, bundle.LogEntries[0]]), Artifact.OfBytes(Bytes), Policy).LogEntries);
    }

    [Fact]
    public void Another_kind_or_version_of_entry_is_refused()
    {
        var bundle = _sigstore.Sign(Bytes);
        Refused(FailureCode.LogEntryUnsupported, With(bundle, entries: [bundle.LogEntries[0] with { Version = "0.0.3" }]));
        Refused(FailureCode.LogEntryUnsupported, With(bundle, entries: [bundle.LogEntries[0] with { Kind = "rekord" }]));
    }

    [Fact]
    public void A_proof_for_another_index_size_or_root_is_refused()
    {
        RefusedProof(FailureCode.InclusionProof, (entry, _) => entry with { LogIndex = entry.LogIndex + 1 });
        RefusedProof(FailureCode.InclusionProof, (entry, proof) => entry with { InclusionProof = proof with { LogIndex = proof.LogIndex + 1 } });
        RefusedProof(FailureCode.InclusionProof, (entry, proof) => entry with { LogIndex = proof.TreeSize, InclusionProof = proof with { LogIndex = proof.TreeSize } });
        RefusedProof(FailureCode.InclusionProof, (entry, proof) => entry with { InclusionProof = proof with { TreeSize = proof.TreeSize + 1 } });
        RefusedProof(FailureCode.InclusionProof, (entry, proof) => entry with { InclusionProof = proof with { RootHash = MerkleTree.EmptyRoot } });
    }

    [Fact]
    public void A_proof_with_a_hash_changed_missing_or_too_many_is_refused()
    {
        RefusedProof(FailureCode.InclusionProof, (entry, proof) => entry with { InclusionProof = proof with { Hashes = [MerkleTree.EmptyRoot, .. proof.Hashes.Skip(1)] } });
        RefusedProof(FailureCode.InclusionProof, (entry, proof) => entry with { InclusionProof = proof with { Hashes = [.. proof.Hashes.Skip(1)] } });
        RefusedProof(FailureCode.InclusionProof, (entry, proof) => entry with { InclusionProof = proof with { Hashes = [.. proof.Hashes, MerkleTree.EmptyRoot] } });
    }

    [Fact]
    public void A_checkpoint_of_another_log_or_key_is_refused()
    {
        using var stranger = new InMemorySigstore();
        RefusedProof(FailureCode.CheckpointSignature, (entry, proof) => entry with
        {
            InclusionProof = proof with { Checkpoint = stranger.SignCheckpoint(new Checkpoint("sign.example", proof.TreeSize, proof.RootHash)) },
        });
        RefusedProof(FailureCode.CheckpointOrigin, (entry, proof) => entry with
        {
            InclusionProof = proof with { Checkpoint = _sigstore.SignCheckpoint(new Checkpoint("other.example", proof.TreeSize, proof.RootHash)) },
        });
    }

    [Fact]
    public void A_changed_bit_in_the_checkpoints_signature_is_refused() => RefusedProof(FailureCode.CheckpointSignature, (entry, proof) =>
    {
        var note = SignedNote.Parse(proof.Checkpoint);
        var signature = note.Signatures[0].Bytes.ToArray();
        signature[^1] ^= 1;
        return entry with { InclusionProof = proof with { Checkpoint = SignedNote.Format(note.Text, [note.Signatures[0] with { Bytes = signature }]) } };
    });

    [Fact]
    public void A_checkpoint_with_cosignatures_alone_is_refused_and_with_unknown_extra_lines_accepted()
    {
        var witness = new NoteSignature("witness.example", 42, new byte[72]);
        RefusedProof(FailureCode.CheckpointSignature, (entry, proof) =>
            entry with { InclusionProof = proof with { Checkpoint = SignedNote.Format(SignedNote.Parse(proof.Checkpoint).Text, [witness]) } });
        var bundle = _sigstore.Sign(Bytes);
        var note = SignedNote.Parse(bundle.LogEntries[0].InclusionProof!.Checkpoint);
        var cosigned = bundle.LogEntries[0].InclusionProof! with { Checkpoint = SignedNote.Format(note.Text, [witness, note.Signatures[0], witness]) };
        Assert.NotNull(new Verifier(_sigstore.TrustedRoot).Verify(
            With(bundle, entries: [bundle.LogEntries[0] with { InclusionProof = cosigned }]), Artifact.OfBytes(Bytes), Policy));
    }

    [Fact]
    public void A_policy_that_names_nobody_is_refused_before_anything_is_read()
    {
        Refused(FailureCode.NoPolicy, _sigstore.Sign(Bytes), new VerificationPolicy());
        Refused(FailureCode.NoPolicy, _sigstore.Sign(Bytes), new VerificationPolicy { SourceRef = "refs/heads/main", DenySelfHostedRunners = true });
        Refused(FailureCode.NoPolicy, _sigstore.Sign(Bytes), new VerificationPolicy { Identity = string.Empty });
        Refused(FailureCode.NoPolicy, _sigstore.Sign(Bytes), Policy with { SourceRef = string.Empty });
    }

    [Fact]
    public void One_verifier_serves_many_at_once()
    {
        var verifier = new Verifier(_sigstore.TrustedRoot);
        var (good, bad) = (_sigstore.Attest(Bytes), With(_sigstore.Sign(Bytes), timestamps: []));
        var outcomes = new bool[64];
        Parallel.For(0, outcomes.Length, i =>
        {
            try
            {
                verifier.Verify(i % 2 == 0 ? good : bad, Artifact.OfBytes(Bytes), Policy);
                outcomes[i] = i % 2 == 0;
            }
            catch (EvidenceException e)
            {
                outcomes[i] = i % 2 == 1 && e.Code == FailureCode.NoTrustedTime;
            }
        });
        Assert.All(outcomes, Assert.True);
    }

    private static byte[] Statement() =>
        new Statement([new Subject("app.zip", Sha256Digest.Of(Bytes))], SlsaProvenance.PredicateType, "{}"u8.ToArray()).ToJson();

    private static Bundle With(
        Bundle bundle, IReadOnlyList<LogEntry>? entries = null, IReadOnlyList<ReadOnlyMemory<byte>>? timestamps = null, DsseEnvelope? envelope = null) =>
        bundle.Envelope is null
            ? Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, entries ?? bundle.LogEntries, timestamps ?? bundle.Timestamps)
            : Bundle.Create(bundle.Signer.Certificate, envelope ?? bundle.Envelope, entries ?? bundle.LogEntries, timestamps ?? bundle.Timestamps);

    private void RefusedProof(FailureCode code, Func<LogEntry, InclusionProof, LogEntry> change)
    {
        var bundle = _sigstore.Sign(Bytes);
        Refused(code, With(bundle, entries: [change(bundle.LogEntries[0], bundle.LogEntries[0].InclusionProof!)]));
    }

    private void Refused(FailureCode code, Bundle bundle, VerificationPolicy? policy = null, byte[]? artifact = null) =>
        Refusal.Is(code, () => new Verifier(_sigstore.TrustedRoot).Verify(bundle, Artifact.OfBytes(artifact ?? Bytes), policy ?? Policy));
}
