using System.Security.Cryptography;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>What a kept verifier has proven before saves it work and never an answer.</summary>
public sealed class ProvenBeforeTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private static readonly VerificationPolicy Policy = new() { Repository = "octo/app" };
    private readonly InMemorySigstore _sigstore = new();

    public void Dispose() => _sigstore.Dispose();

    [Fact]
    public void Any_changed_character_of_a_checkpoint_that_was_proven_is_refused()
    {
        var bundle = _sigstore.Sign(Bytes);
        var (entry, kept) = (bundle.LogEntries[0], new Verifier(_sigstore.TrustedRoot));
        var proof = entry.InclusionProof!;
        Assert.NotNull(Verify(kept, bundle));
        for (var i = 0; i < proof.Checkpoint.Length; i++)
        {
            var changed = proof.Checkpoint[..i] + (char)(proof.Checkpoint[i] ^ 1) + proof.Checkpoint[(i + 1)..];
            var refused = Assert.Throws<EvidenceException>(
                () => Verify(kept, With(bundle, entry with { InclusionProof = proof with { Checkpoint = changed } })));

            // Which one depends on the place; that it is one of the checkpoint's own is what counts.
            Assert.Contains(refused.Code, new[]
            {
                FailureCode.CheckpointMalformed, FailureCode.CheckpointOrigin, FailureCode.CheckpointSignature, FailureCode.InclusionProof,
            });
        }

        Assert.NotNull(Verify(kept, bundle));
    }

    [Fact]
    public void Any_changed_byte_of_a_certificate_that_was_proven_is_refused()
    {
        using var key = InMemorySigstore.NewKey();
        var certificate = _sigstore.Issue(key);
        var (first, kept) = (Signed(key, certificate), new Verifier(_sigstore.TrustedRoot));
        var codes = new HashSet<FailureCode>();
        Assert.NotNull(Verify(kept, first));
        for (var i = 0; i < certificate.Length; i++)
        {
            var changed = (byte[])certificate.Clone();
            changed[i] ^= 1;
            codes.Add(Assert.Throws<EvidenceException>(() => Verify(kept, Signed(key, changed))).Code);
        }

        Assert.NotNull(Verify(kept, Signed(key, certificate)));

        // Which one depends on the place; that it is one of a certificate's own is what counts.
        codes.ExceptWith(
        [
            FailureCode.CertificateMalformed, FailureCode.CertificateProfile, FailureCode.UntrustedIssuer, FailureCode.SctMalformed, FailureCode.KeyUnsupported,
        ]);
        Assert.True(codes.Count == 0, string.Join(", ", codes));
    }

    [Fact]
    public void A_certificate_that_was_proven_is_refused_at_another_time()
    {
        using var key = InMemorySigstore.NewKey();
        var certificate = _sigstore.Issue(key);
        var kept = new Verifier(_sigstore.TrustedRoot);
        Assert.NotNull(Verify(kept, Signed(key, certificate)));
        Refusal.Is(FailureCode.CertificateExpired, () => Verify(kept, Signed(key, certificate, InMemorySigstore.Now.AddHours(1))));
    }

    [Fact]
    public void A_checkpoint_is_proven_once_for_each_log_kind_and_note()
    {
        using var other = new InMemorySigstore("other.example");
        var (log, stranger) = (_sigstore.TrustedRoot.Logs.Single(), other.TrustedRoot.Logs.Single());
        var (cache, proofs) = (new CheckpointCache(), 0);
        var note = _sigstore.LatestCheckpoint();
        for (var round = 0; round < 2; round++)
        {
            Prove(note, log, false);
            Prove(note, log, true);
            Prove(note, stranger, false);
            Prove(note + " ", log, false);
            Prove("\ud800", log, false);
            Prove("\ud801", log, false); // The same bytes of UTF-8: those of the replacement character.
            Assert.Equal(6, proofs);
        }

        void Prove(string text, TransparencyLog of, bool isRekor1) => cache.Prove(text, of, isRekor1, (_, _) =>
        {
            proofs++;
            return new Checkpoint("any", 1, default);
        });
    }

    [Fact]
    public void What_was_refused_is_asked_again()
    {
        var (cache, log, proofs) = (new CheckpointCache(), _sigstore.TrustedRoot.Logs.Single(), 0);
        for (var round = 0; round < 3; round++)
        {
            Refusal.Is(FailureCode.CheckpointSignature, () => cache.Prove("note", log, false, (_, _) =>
            {
                proofs++;
                throw new EvidenceException(FailureCode.CheckpointSignature, "Not the log's.");
            }));
        }

        Assert.Equal(3, proofs);
    }

    [Fact]
    public void No_more_is_kept_than_the_bound_and_what_is_asked_for_stays()
    {
        const int Most = 8;
        var kept = new ProvenBefore<int, string>(Most);
        kept.Keep(-1, "asked for");
        for (var i = 0; i < 100; i++)
        {
            kept.Keep(i, "once");
            kept.Keep(i, "again");
            Assert.InRange(kept.Count, 1, Most);
            Assert.True(kept.TryFind(-1, out var value));
            Assert.Equal("asked for", value);
            Assert.True(kept.TryFind(i, out value));
            Assert.Equal("once", value);
        }

        Assert.False(kept.TryFind(0, out _));
    }

    [Fact]
    public void Many_threads_share_what_was_proven()
    {
        var kept = new ProvenBefore<int, string>(16);
        Parallel.For(0, 10_000, i =>
        {
            var key = i % 40;
            if (kept.TryFind(key, out var value))
            {
                Assert.Equal($"{key}", value);
            }
            else
            {
                kept.Keep(key, $"{key}");
            }
        });
        Assert.InRange(kept.Count, 1, 16);
    }

    private static VerifiedBundle Verify(Verifier verifier, Bundle bundle) => verifier.Verify(bundle, Artifact.OfBytes(Bytes), Policy);

    private static Bundle With(Bundle bundle, LogEntry entry) =>
        Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, [entry], bundle.Timestamps);

    private Bundle Signed(ECDsa key, byte[] certificate, DateTimeOffset? time = null)
    {
        var digest = Sha256Digest.Of(Bytes);
        var signature = key.SignHash(digest.Span, DSASignatureFormat.Rfc3279DerSequence);
        var body = new HashedRekordEntry(digest.ToArray(), signature, certificate, isCertificate: true, "PKIX_ECDSA_P256_SHA_256").CanonicalBody();
        var root = MerkleTree.LeafHash(body);
        var checkpoint = _sigstore.SignCheckpoint(new Checkpoint(_sigstore.Host, 1, root));
        var entry = _sigstore.Prove(0) with { LogIndex = 0, InclusionProof = new InclusionProof(0, 1, root, [], checkpoint), CanonicalizedBody = body };
        return Bundle.Create(certificate, MessageSignature.Over(digest, signature), [entry], [_sigstore.Stamp(signature, time)]);
    }
}
