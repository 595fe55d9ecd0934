using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Tests.Certificates;
using SigningAction.Evidence.Tests.Timestamps;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Vectors;

/// <summary>The recipes of what a bundle and a trusted root alone decide: each differs from a good one in one thing only.</summary>
internal static class VectorRecipes
{
    private static readonly byte[] Bytes = Vector.SignedBytes;
    private static readonly DateTimeOffset Now = InMemorySigstore.Now;

    public static IEnumerable<Vector> All(VectorSource its) =>
        [.. Good(its), .. Bundles(its), .. Times(its), .. Certificates(its), .. Logs(its), .. Contents(its), .. PolicyVectorRecipes.All(its)];

    private static IEnumerable<Vector> Good(VectorSource its)
    {
        yield return its.Of(FailureCode.None, "signature", "A signature of this project's own authority: certificate, timestamp, entry of Rekor v2.", its.Sigstore.Sign(Bytes));
        yield return its.Of(FailureCode.None, "attestation", "A DSSE envelope in a hashedrekord 0.0.2 entry over SHA-256 of its pre-authentication encoding.", its.Sigstore.Attest(Bytes));
        yield return its.Of(FailureCode.None, "empty-artifact", "Zero bytes are an artifact like any other.", its.Sigstore.Sign([])) with { Artifact = [] };
        yield return its.Of(FailureCode.None, "rekor1-promise", "Rekor v1: the log's promise vouches for the time, so no timestamp is needed.", its.InRekor1()) with { TrustedRoot = its.RootWithRekor1 };
        yield return its.Of(FailureCode.None, "attestation-in-rekor1", "Rekor v1, dsse 0.0.1: the entry holds the hash of the payload and each signature with its certificate.", its.AttestedInRekor1()) with { TrustedRoot = its.RootWithRekor1 };
        yield return its.Of(FailureCode.None, "chain-of-v02", "A bundle of v0.2: the certificate as the first of a chain, promise and proof in its entry.", its.InV02()) with { TrustedRoot = its.RootWithRekor1 };
        yield return its.Github(FailureCode.None, "github-instance", "GitHub's own instance: no log of any kind, and a timestamp in their place.", bundle => bundle);
        yield return its.Of(FailureCode.None, "managed-key", "A key and no certificate signed; the log entry holds the key.", its.ByKey()) with { Key = Pem(its.Key) };
        yield return its.Of(FailureCode.None, "stranger-s-timestamp-beside-a-good-one", "A timestamp of an unknown authority counts for nothing and spoils nothing.", Strange(its));
    }

    private static Bundle Strange(VectorSource its)
    {
        var bundle = its.Sigstore.Sign(Bytes);
        return VectorSource.With(bundle, timestamps: [its.Stranger.Stamp(bundle.Signature.Span), bundle.Timestamps[0]]);
    }

    private static IEnumerable<Vector> Bundles(VectorSource its)
    {
        var text = System.Text.Encoding.UTF8.GetString(its.Sigstore.Sign(Bytes).ToJson());
        yield return its.Of(
            FailureCode.BundleMalformed, "member-twice", "The media type is there twice: parsers differ in which one they take (RFC 8259, section 4).",
            System.Text.Encoding.UTF8.GetBytes("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"," + text[1..]));
        yield return its.Of(
            FailureCode.BundleVersion, "version-from-the-future", "A media type that nobody has defined.",
            its.Signed(json => json["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.9+json"));
        yield return its.Of(
            FailureCode.TooMany, "thirty-three-timestamps", "One more than sigstore-go takes since CVE-2024-45395, all of them good.",
            its.Signed(json =>
            {
                var stamps = json["verificationMaterial"]!["timestampVerificationData"]!["rfc3161Timestamps"]!.AsArray();
                for (var i = 0; i < 32; i++)
                {
                    stamps.Add(stamps[0]!.DeepClone());
                }
            }));
        yield return its.Of(
            FailureCode.TooLarge, "signature-of-two-kilobytes", "No accepted algorithm makes a signature of over 512 bytes.",
            its.Signed(json => json["messageSignature"]!["signature"] = Convert.ToBase64String(new byte[2048])));
        yield return its.Of(FailureCode.TrustedRootMalformed, "log-without-a-start", "A log's key without validFor.start vouches for nothing, and a root that says so is none.", its.Sigstore.Sign(Bytes))
            with
        { TrustedRoot = its.EditedRoot(json => json["tlogs"]![0]!["publicKey"]!["validFor"]!.AsObject().Remove("start")) };
    }

    private static IEnumerable<Vector> Times(VectorSource its)
    {
        yield return its.Github(
            FailureCode.NoTrustedTime, "github-instance-without-a-timestamp", "GitHub's own instance has no log, so nothing but a timestamp says when the certificate was used.",
            bundle => VectorSource.With(bundle, timestamps: []));
        yield return its.Of(FailureCode.NoTrustedTime, "no-timestamp", "An entry of Rekor v2 has no time: without a timestamp nothing says when the certificate was used.", VectorSource.With(its.Sigstore.Sign(Bytes), timestamps: []));
        yield return its.Of(
            FailureCode.TimeInFuture, "signed-in-2035", "Everything agrees on a day of 2035; the verifier's clock does not. Until then this case holds.",
            its.SignedBy(its.Sigstore.Issue(its.Key, new(2035, 1, 1, 0, 0, 0, TimeSpan.Zero)), time: new(2035, 1, 1, 0, 0, 1, TimeSpan.Zero)));
        yield return its.Of(FailureCode.TimestampMalformed, "timestamp-with-a-byte-after-it", "DER ends where it says (X.690, section 8.1.3: the length says where a value ends): what follows is nobody's.", its.Stamped(b => [.. b.Timestamps[0].Span, 0]));
        yield return its.Of(FailureCode.TimestampMismatch, "timestamp-of-another-signature", "RFC 3161, section 2.4.2: the imprint is of what was stamped.", its.Stamped(_ => its.Sigstore.Stamp("other"u8)));
        yield return its.Of(FailureCode.TimestampSignature, "timestamp-with-a-flipped-bit", "The last bit of the authority's own signature.", its.Stamped(b => Flipped(b.Timestamps[0])));
        yield return its.Of(FailureCode.TimestampUntrusted, "timestamp-of-a-stranger", "A good timestamp of an authority that the root does not list.", its.Stamped(b => its.Stranger.Stamp(b.Signature.Span)));
        yield return its.Of(FailureCode.TimestampOutsideTrust, "timestamp-after-the-root-s-trust", "The root vouches for this authority until February; the timestamp is of June.", its.Sigstore.Sign(Bytes))
            with
        { TrustedRoot = its.EditedRoot(json => json["timestampAuthorities"]![0]!["validFor"]!["end"] = "2026-02-01T00:00:00Z") };
        using var key = InMemorySigstore.NewKey();
        using var above = InMemorySigstore.NewKey();
        var root = CertificateForge.Authority(above, "Short TSA root", "Short TSA root").Sign(above);
        var short_ = CertificateForge.TimestampLeaf(key)
            .With(leaf => (leaf.Issuer, leaf.NotBefore, leaf.NotAfter) = (CertificateForge.Name("Short TSA root"), Now.AddDays(-30), Now.AddDays(-1))).Sign(above);
        yield return its.Of(
            FailureCode.TimestampCertificate, "timestamp-of-an-expired-certificate", "The authority's certificate had expired the day before it stamped (RFC 5280, section 6.1.3, (a) (2)).",
            its.Stamped(b => new TimestampForge(Certificate.Parse(short_), key) { Stamped = b.Signature.ToArray(), Time = Now.AddSeconds(1) }.Build()))
            with
        {
            TrustedRoot = its.EditedRoot(json => json["timestampAuthorities"]![0]!["certChain"]!["certificates"] = new JsonArray(Raw(short_), Raw(root))),
        };
    }

    private static IEnumerable<Vector> Certificates(VectorSource its)
    {
        const string Scts = "1.3.6.1.4.1.11129.2.4.2";
        using var other = InMemorySigstore.NewKey();
        var good = its.Sigstore.Issue(its.Key);
        var promises = SigningCertificate.Parse(good).Certificate.Extension(Scts)!.Value.ToArray();
        byte[] SctExtension(byte[] value) => CertificateForge.Extension(Scts, false, value);
        yield return its.Of(FailureCode.CertificateMalformed, "certificate-with-a-byte-after-it", "The platform's parser would read over it (X.690, section 8.1.3: the length says where a value ends).", its.SignedBy([.. good, 0]));
        yield return its.Of(
            FailureCode.CertificateProfile, "certificate-for-servers", "Extended key usage serverAuth, not codeSigning (RFC 5280, section 4.2.1.12).",
            its.SignedBy(its.Forged(leaf => leaf.WithExtension(CertificateForge.ExtendedKeyUsage("1.3.6.1.5.5.7.3.1")).WithExtension(SctExtension(promises)))));
        yield return its.Of(FailureCode.UntrustedIssuer, "certificate-of-a-stranger", "Another instance's authority issued it.", its.SignedBy(its.Stranger.Issue(its.Key)));
        yield return its.Of(FailureCode.CertificateExpired, "signed-a-second-too-late", "The timestamp is one second after notAfter.", its.SignedBy(good, time: Now.AddMinutes(10).AddSeconds(1)));
        yield return its.Of(FailureCode.SctMissing, "certificate-without-a-promise", "No certificate log has seen it (RFC 6962, section 3.3).", its.SignedBy(its.Forged(_ => { })));
        yield return its.Of(
            FailureCode.SctMalformed, "certificate-with-a-cut-promise", "The list of promises is shorter than its length says.",
            its.SignedBy(its.Forged(leaf => leaf.WithExtension(SctExtension(CertificateForge.Der(w => w.WriteOctetString([0, 9, 0, 7])))))));
        yield return its.Of(FailureCode.SctUntrusted, "promise-of-an-unknown-log", "The log that promised is not in the root.", its.SignedBy(its.Sigstore.Issue(its.Key, certificateLogKey: other)));
        yield return its.Of(
            FailureCode.SctSignature, "promise-of-another-certificate", "A genuine promise, for another certificate of the same key.",
            its.SignedBy(its.Forged(leaf => leaf.WithExtension(SctExtension(promises)))));
        using var rsa = RSA.Create(1024);
        yield return its.Of(
            FailureCode.KeyUnsupported, "certificate-of-a-short-key", "RSA of 1024 bits (NIST SP 800-131A).",
            its.SignedBy(its.Forged(leaf => leaf.With(l => l.Spki = rsa.ExportSubjectPublicKeyInfo()).WithExtension(SctExtension(promises)))));
    }

    private static IEnumerable<Vector> Logs(VectorSource its)
    {
        yield return its.Of(FailureCode.NoLogEntry, "no-log-entry", "What nobody can see being signed is not accepted.", VectorSource.With(its.Sigstore.Sign(Bytes), entries: []));
        yield return its.Of(FailureCode.LogEntryUnsupported, "entry-of-an-unknown-version", "hashedrekord 0.0.9.", its.Logged((entry, _) => entry with { Version = "0.0.9" }));
        yield return its.Of(
            FailureCode.LogEntryMalformed, "entry-with-a-null", "A null where the log's schema has a text.",
            its.Logged((entry, _) => entry with
            {
                CanonicalizedBody = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(entry.CanonicalizedBody.Span).Replace("\"PKIX_ECDSA_P256_SHA_256\"", "null", StringComparison.Ordinal)),
            }));
        yield return its.Of(FailureCode.LogEntryMismatch, "entry-of-another-artifact", "Genuine, logged and proven, of something else (CVE-2026-22703).", its.Logged((_, _) => its.Sigstore.Sign("other"u8.ToArray()).LogEntries[0]));
        yield return its.Of(
            FailureCode.LogUntrusted, "entry-of-a-stranger-s-log", "The entry is for this signature, in a log that the root does not list.",
            its.Logged((_, bundle) => its.Stranger.Log(Sha256Digest.Of(Bytes), bundle.Signature, bundle.Signer.Certificate)));
        var twice = its.Sigstore.Sign(Bytes);
        yield return its.Of(FailureCode.LogEntryDuplicate, "entry-twice", "A copy is no second witness (CVE-2026-49834).", VectorSource.With(twice, entries: [twice.LogEntries[0], twice.LogEntries[0]]));
        yield return its.Of(
            FailureCode.InclusionProof, "proof-with-a-hash-too-many", "RFC 9162, section 2.1.3.2: the path has the length that index and size give it.",
            its.Logged((entry, _) => entry with { InclusionProof = entry.InclusionProof! with { Hashes = [.. entry.InclusionProof!.Hashes, MerkleTree.EmptyRoot] } }));
        yield return its.Of(FailureCode.InclusionPromise, "rekor1-promise-with-a-flipped-bit", "The last bit of the signed entry timestamp.", its.InRekor1(entry => entry with { InclusionPromise = Flipped(entry.InclusionPromise) }))
            with
        { TrustedRoot = its.RootWithRekor1 };
        yield return its.Of(FailureCode.CheckpointMalformed, "no-checkpoint", "A proof leads to a root that nobody signed.", its.Signed(json => json["verificationMaterial"]!["tlogEntries"]![0]!["inclusionProof"]!.AsObject().Remove("checkpoint")));
        yield return its.Of(
            FailureCode.CheckpointOrigin, "checkpoint-of-another-origin", "Size, root and signature are right; its first line names another log (C2SP tlog-checkpoint, note text, item 1; it must be the one that is expected: rekor-v2-spec, Believers, step 1).",
            its.Logged((entry, _) => entry with
            {
                InclusionProof = entry.InclusionProof! with
                {
                    Checkpoint = its.Sigstore.SignCheckpoint(new Checkpoint("other.example", entry.InclusionProof!.TreeSize, entry.InclusionProof.RootHash)),
                },
            }));
        yield return its.Of(
            FailureCode.CheckpointSignature, "checkpoint-with-a-flipped-bit", "The last bit of the log's signature.",
            its.Logged((entry, _) =>
            {
                var note = SignedNote.Parse(entry.InclusionProof!.Checkpoint);
                return entry with { InclusionProof = entry.InclusionProof with { Checkpoint = SignedNote.Format(note.Text, [note.Signatures[0] with { Bytes = Flipped(note.Signatures[0].Bytes) }]) } };
            }));
    }

    private static IEnumerable<Vector> Contents(VectorSource its)
    {
        using var other = InMemorySigstore.NewKey();
        var statement = Statement(new Subject("app.zip", Sha256Digest.Of(Bytes)));
        yield return its.Of(FailureCode.SignatureInvalid, "signature-of-another-key", "Log and timestamp agree on a signature that the certificate's key did not make.", its.SignedBy(its.Sigstore.Issue(its.Key), other));
        yield return its.Of(
            FailureCode.SignatureCount, "envelope-with-two-signatures", "DSSE allows many, the bundle exactly one: which one was logged?",
            its.Attested(json => json["dsseEnvelope"]!["signatures"]!.AsArray().Add(json["dsseEnvelope"]!["signatures"]![0]!.DeepClone())));
        yield return its.Of(FailureCode.DigestMismatch, "another-artifact", "One byte was added to what was signed.", its.Sigstore.Sign(Bytes)) with { Artifact = [.. Bytes, 0] };
        var sha512 = new Dictionary<string, string>(StringComparer.Ordinal) { ["sha512"] = Convert.ToHexStringLower(SHA512.HashData(Bytes)) };
        yield return its.Of(
            FailureCode.ArtifactNeeded, "subject-by-another-hash", "The subject is known by SHA-512 only, the artifact by SHA-256 only.",
            its.Sigstore.Attest(its.Key, its.Sigstore.Issue(its.Key), Statement(new Subject("app.zip", sha512)))) with
        { Digest = $"sha256:{Sha256Digest.Of(Bytes)}" };
        yield return its.Of(FailureCode.PayloadType, "payload-of-another-type", "Signed and logged as application/json.", its.Sigstore.Attest(its.Key, its.Sigstore.Issue(its.Key), statement, "application/json"));
        yield return its.Of(FailureCode.StatementMalformed, "payload-that-is-no-statement", "Signed and logged as in-toto, and no JSON.", its.Sigstore.Attest(its.Key, its.Sigstore.Issue(its.Key), "no JSON"u8.ToArray()));
        yield return its.Of(FailureCode.SubjectMismatch, "artifact-that-is-no-subject", "The statement is about something else.", its.Sigstore.Attest("other"u8.ToArray()));
        yield return its.Of(
            FailureCode.ProvenanceContradiction, "provenance-of-another-repository", "The certificate says octo/app; the predicate, which the signer wrote himself, says octo/other.",
            its.Sigstore.Attest(Bytes, statement: new Statement(
                [new Subject("app.zip", Sha256Digest.Of(Bytes))], SlsaProvenance.PredicateType,
                SlsaProvenance.Predicate(InMemorySigstore.Workflow with { RepositoryUri = "https://github.com/octo/other" })))) with
        { Options = ["--repo", "octo/app"] };
    }

    internal static string Pem(ECDsa key) => InMemoryRekor1.Pem(VerificationKey.Of(key));

    private static byte[] Statement(Subject subject) => new Statement([subject], "https://example.com/predicate", "{}"u8.ToArray()).ToJson();

    private static JsonObject Raw(byte[] der) => new() { ["rawBytes"] = Convert.ToBase64String(der) };

    private static byte[] Flipped(ReadOnlyMemory<byte> bytes)
    {
        var flipped = bytes.ToArray();
        flipped[^1] ^= 1;
        return flipped;
    }
}
