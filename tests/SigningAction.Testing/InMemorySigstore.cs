using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;

namespace SigningAction.Testing;

/// <summary>
/// A whole instance in memory: certificate authority, certificate log, signature log, timestamp authority. It does right unless a test
/// puts the pieces together wrong: every step is a method of its own. As <see cref="GitHub"/> it is what GitHub runs for private repositories: no log of any kind.
/// </summary>
public sealed class InMemorySigstore : IDisposable
{
    private readonly ECDsa _rootKey;
    private readonly ECDsa _issuerKey;
    private readonly ECDsa _tsaRootKey;
    private readonly ECDsa _tsaKey;
    private readonly ECDsa _logKey;
    private readonly ECDsa _certificateLogKey;
    private readonly SigningCertificateBuilder _certificates;
    private readonly TimestampSigner _timestamps;
    private readonly List<byte[]> _leaves = [];
    private readonly bool _keepsLogs;
    private readonly Func<ECDsa> _newKey;

    /// <param name="host">The signature log's name.</param>
    /// <param name="organization">Of all certificates.</param>
    /// <param name="keepsLogs">Whether signatures and certificates are logged.</param>
    /// <param name="newKey">Where all keys of the instance and of its signers come from, <see cref="NewKey"/> unless told.</param>
    public InMemorySigstore(string host = "sign.example", string organization = "sign.example", bool keepsLogs = true, Func<ECDsa>? newKey = null)
    {
        Host = host;
        _keepsLogs = keepsLogs;
        _newKey = newKey ?? NewKey;
        (_rootKey, _issuerKey, _tsaRootKey, _tsaKey, _logKey, _certificateLogKey) = (_newKey(), _newKey(), _newKey(), _newKey(), _newKey(), _newKey());
        var authority = new AuthorityCertificateBuilder(organization, Start);
        var end = Start.AddYears(10);
        var root = authority.Root("root", _rootKey, end);
        Issuer = authority.Intermediate("intermediate", VerificationKey.Of(_issuerKey), root, _rootKey, end);
        var tsaRoot = authority.TimestampRoot("tsa root", _tsaRootKey, end);
        var tsa = authority.TimestampLeaf("tsa", VerificationKey.Of(_tsaKey), tsaRoot, _tsaRootKey, end);
        _certificates = new SigningCertificateBuilder(Issuer, _issuerKey);
        _timestamps = new TimestampSigner(tsa, _tsaKey);
        TimestampCertificate = tsa;
        LogNoteKey = NoteKey.ForLog(host, VerificationKey.Of(_logKey));
        var validFor = new Validity(Start);
        var trust = new TrustedRootBuilder { Organization = organization }
            .AddCertificateAuthority($"https://{host}", "intermediate", [Issuer.RawBytes, root.RawBytes], validFor)
            .AddTimestampAuthority($"https://{host}/api/v1/timestamp", "tsa", [tsa.RawBytes, tsaRoot.RawBytes], validFor);
        if (keepsLogs)
        {
            trust.AddLog($"https://{host}", LogNoteKey.Key, validFor).AddCertificateLog($"https://{host}/ct", VerificationKey.Of(_certificateLogKey), validFor);
        }

        TrustedRoot = trust.Build();
        for (var i = 0; i < 5; i++)
        {
            _leaves.Add([(byte)i]);
        }
    }

    /// <summary>When everything began to be valid; tests sign later.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>An instance as GitHub runs one for private repositories.</summary>
    public static InMemorySigstore GitHub(string organization = "GitHub, Inc.", Func<ECDsa>? newKey = null) => new("github.test", organization, keepsLogs: false, newKey);

    /// <summary>The time at which tests sign.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 6, 1, 12, 0, 30, TimeSpan.Zero);

    /// <summary>The release workflow of one repository, as a token of GitHub would describe it.</summary>
    public static PipelineIdentity Workflow { get; } = new()
    {
        Issuer = "https://token.actions.githubusercontent.com",
        Subject = "repo:octo/app:ref:refs/heads/main",
        SignerUri = "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main",
        SignerDigest = new string('b', 40),
        RunnerEnvironment = "github-hosted",
        RepositoryUri = "https://github.com/octo/app",
        SourceDigest = new string('a', 40),
        SourceRef = "refs/heads/main",
        RepositoryId = "74",
        OwnerUri = "https://github.com/octo",
        OwnerId = "65",
        CallerUri = "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main",
        CallerDigest = new string('b', 40),
        Event = "push",
        RunUri = "https://github.com/octo/app/actions/runs/1/attempts/1",
        Visibility = "public",
        WorkflowName = "release",
        RepositoryName = "octo/app",
    };

    public string Host { get; }

    public Certificate Issuer { get; }

    /// <summary>The key above <see cref="Issuer"/>, for certificates that the builder refuses to make.</summary>
    public ECDsa IssuerKey => _issuerKey;

    /// <summary>Whether signatures and certificates are logged.</summary>
    public bool KeepsLogs => _keepsLogs;

    public Certificate TimestampCertificate { get; }

    public TrustedRoot TrustedRoot { get; }

    public NoteKey LogNoteKey { get; }

    public static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Everything done right: a plain signature.</summary>
    public Bundle Sign(byte[] artifact, PipelineIdentity? identity = null)
    {
        using var key = _newKey();
        var certificate = Issue(key, identity: identity);
        var signature = key.SignData(artifact, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Bundle.Create(
            certificate,
            MessageSignature.Over(Sha256Digest.Of(artifact), signature),
            Logged(Sha256Digest.Of(artifact), signature, certificate),
            [Stamp(signature)]);
    }

    /// <summary>Everything done right: an attestation.</summary>
    public Bundle Attest(byte[] artifact, PipelineIdentity? identity = null, Statement? statement = null)
    {
        using var key = _newKey();
        var certificate = Issue(key, identity: identity);
        statement ??= new Statement([new Subject("app.zip", Sha256Digest.Of(artifact))], SlsaProvenance.PredicateType, SlsaProvenance.Predicate(identity ?? Workflow));
        return Attest(key, certificate, statement.ToJson());
    }

    /// <summary>An attestation over any payload with any certificate.</summary>
    public Bundle Attest(ECDsa key, byte[] certificate, byte[] payload, string payloadType = DsseEnvelope.InTotoPayloadType)
    {
        var pae = DsseEnvelope.PreAuthenticationEncoding(payloadType, payload);
        var signature = key.SignData(pae, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Bundle.Create(
            certificate,
            new DsseEnvelope(payloadType, payload, signature),
            Logged(Sha256Digest.Of(pae), signature, certificate),
            [Stamp(signature)]);
    }

    /// <summary>A certificate with its log's promise, where there is a log.</summary>
    /// <param name="key">The signer's key.</param>
    /// <param name="time">Start of its ten minutes.</param>
    /// <param name="identity">Whom it is for.</param>
    /// <param name="certificateLogKey">Another key to make the promise with.</param>
    public byte[] Issue(ECDsa key, DateTimeOffset? time = null, PipelineIdentity? identity = null, ECDsa? certificateLogKey = null)
    {
        var start = time ?? Now;
        var logKey = certificateLogKey ?? _certificateLogKey;
        var precertificate = _certificates.BuildPrecertificate(
            identity ?? Workflow, VerificationKey.Of(key), CertificateSerial.Create(), start, start.AddMinutes(10));
        if (!_keepsLogs)
        {
            return Certify(precertificate.Tbs.Span);
        }

        var sct = SignedCertificateTimestamp.Sign(logKey, VerificationKey.Of(logKey).Id, precertificate.IssuerKeyId, precertificate.Tbs.Span, start, leafIndex: 7);
        return _certificates.Build(precertificate, [sct]);
    }

    /// <summary>A timestamp over a signature.</summary>
    public byte[] Stamp(ReadOnlySpan<byte> signature, DateTimeOffset? time = null) =>
        _timestamps.Stamp(TimestampRequest.ForSignature(signature), time ?? Now.AddSeconds(1), CertificateSerial.Create());

    /// <summary>The answer to a client's own request.</summary>
    public byte[] Stamp(TimestampRequest request, DateTimeOffset time) => _timestamps.Stamp(request, time, CertificateSerial.Create());

    /// <summary>An entry of the signature log, proven against its newest checkpoint.</summary>
    public LogEntry Log(Sha256Digest digest, ReadOnlyMemory<byte> signature, ReadOnlyMemory<byte> certificate) =>
        Log(new HashedRekordEntry(digest.ToArray(), signature, certificate, isCertificate: true, "PKIX_ECDSA_P256_SHA_256").CanonicalBody());

    /// <summary>An entry with any body.</summary>
    public LogEntry Log(byte[] body)
    {
        _leaves.Add(body);
        var index = _leaves.Count - 1;
        _leaves.Add([0xff, (byte)(index & 0xff)]);
        return Prove(index);
    }

    /// <summary>The body of <c>dsse 0.0.2</c>, as Rekor v2 wrote it until June 2026.</summary>
    public static string DsseV2(DsseEnvelope envelope, ReadOnlyMemory<byte> certificate) => $$$$$$$"""
        {"apiVersion":"0.0.2","kind":"dsse","spec":{"dsseV002":{"payloadHash":{"algorithm":"SHA2_256","digest":"{{{{{{{Convert.ToBase64String(SHA256.HashData(envelope.Payload.Span))}}}}}}}"},"signatures":[{"content":"{{{{{{{Convert.ToBase64String(envelope.Signature.Span)}}}}}}}","verifier":{"keyDetails":"PKIX_ECDSA_P256_SHA_256","x509Certificate":{"rawBytes":"{{{{{{{Convert.ToBase64String(certificate.Span)}}}}}}}"}}}]}}}
        """;

    /// <summary>The proof of any leaf at the present size.</summary>
    public LogEntry Prove(int index)
    {
        Sha256Digest Subtree(int level, long number) => level == 0
            ? MerkleTree.LeafHash(_leaves[(int)number])
            : MerkleTree.NodeHash(Subtree(level - 1, 2 * number), Subtree(level - 1, (2 * number) + 1));
        var size = _leaves.Count;
        var checkpoint = new Checkpoint(Host, size, MerkleProof.Root(size, Subtree));
        return new LogEntry
        {
            LogIndex = index,
            LogId = LogNoteKey.FullId.ToArray(),
            Kind = HashedRekordEntry.Kind,
            Version = HashedRekordEntry.Version,
            InclusionProof = new InclusionProof(index, size, checkpoint.Root, MerkleProof.Inclusion(index, size, Subtree), SignCheckpoint(checkpoint)),
            CanonicalizedBody = _leaves[index],
        };
    }

    /// <summary>The checkpoint of the present size.</summary>
    public string LatestCheckpoint() => Prove(0).InclusionProof!.Checkpoint;

    /// <summary>The first tile of leaf hashes, as wide as the log is; enough for a log of up to 256 leaves.</summary>
    public byte[] LeafTile() => [.. _leaves.SelectMany(leaf => MerkleTree.LeafHash(leaf).ToArray())];

    /// <summary>A checkpoint with the log's signature.</summary>
    public string SignCheckpoint(Checkpoint checkpoint) =>
        SignedNote.Format(checkpoint.ToText(), [LogNoteKey.Sign(checkpoint.ToText(), _logKey, Now)]);

    private IReadOnlyList<LogEntry> Logged(Sha256Digest digest, byte[] signature, byte[] certificate) => _keepsLogs ? [Log(digest, signature, certificate)] : [];

    /// <summary>What the builder refuses to make: Certificate of RFC 5280, section 4.1, signed by <see cref="IssuerKey"/> with ecdsa-with-SHA256 whatever it says.</summary>
    public byte[] Certify(ReadOnlySpan<byte> tbs)
    {
        var der = new AsnWriter(AsnEncodingRules.DER);
        using (der.PushSequence())
        {
            der.WriteEncodedValue(tbs);
            using (der.PushSequence())
            {
                der.WriteObjectIdentifier("1.2.840.10045.4.3.2");
            }

            der.WriteBitString(_issuerKey.SignData(tbs, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        return der.Encode();
    }

    public void Dispose()
    {
        _rootKey.Dispose();
        _issuerKey.Dispose();
        _tsaRootKey.Dispose();
        _tsaKey.Dispose();
        _logKey.Dispose();
        _certificateLogKey.Dispose();
    }
}
