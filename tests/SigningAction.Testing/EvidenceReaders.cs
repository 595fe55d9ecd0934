using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Trust.Tuf;
using SigningAction.Evidence.Verification;
using SigningAction.Testing.Tuf;

namespace SigningAction.Testing;

/// <summary>Everything of Evidence that reads bytes of strangers, each with a good sample: for seeded mutants in the tests and for coverage-guided fuzzing.</summary>
public sealed class EvidenceReaders : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private static readonly VerificationPolicy Policy = new() { Repository = "octo/app" };
    private readonly InMemorySigstore _sigstore = new();
    private readonly InMemoryRekor1 _log = new();

    public EvidenceReaders()
    {
        var bundle = _sigstore.Sign(Bytes);
        var attestation = _sigstore.Attest(Bytes);
        var entry = bundle.LogEntries[0];
        var certificate = SigningCertificate.Parse(bundle.Signer.Certificate);
        var sct = certificate.Scts[0];
        var verifier = new Verifier(_sigstore.TrustedRoot);
        using var tuf = new TufRepository(InMemorySigstore.Now);
        tuf.Targets["trusted_root.json"] = "{}"u8.ToArray();

        // As Sigstore's: what says the version of another file alone lets changed bytes of it come as far as its reader.
        tuf.Change = (_, document) =>
        {
            foreach (var file in document["meta"]?.AsObject().Select(file => file.Value!.AsObject()) ?? [])
            {
                file.Remove("length");
                file.Remove("hashes");
            }
        };
        tuf.Publish();
        var timestamped = TufTrust.Start(tuf.InitialRoot, InMemorySigstore.Now).Absent().Accept(tuf.Files["timestamp.json"]);
        var snapshotted = timestamped.Accept(tuf.Files["1.snapshot.json"]);
        var older = new Verifier(_log.In(_sigstore.TrustedRoot));
        var logged = _log.Log(InMemoryRekor1.Dsse(attestation.Envelope!, Pem.OfCertificate(attestation.Signer.Certificate.Span)));
        void Verify(Bundle mutant) => verifier.Verify(mutant, Artifact.OfBytes(Bytes), Policy);

        All = new Dictionary<string, (byte[] Sample, Action<byte[]> Read)>(StringComparer.Ordinal)
        {
            ["bundle"] = (bundle.ToJson(), b => Verify(Bundle.Parse(b))),
            ["attestation"] = (attestation.ToJson(), b => Verify(Bundle.Parse(b))),
            ["attestation in Rekor v1"] = (Bundle.Create(attestation.Signer.Certificate, attestation.Envelope!, [logged], []).ToJson(), b => older.Verify(Bundle.Parse(b), Artifact.OfBytes(Bytes), Policy)),
            ["body of Rekor v1"] = (logged.CanonicalizedBody.ToArray(), b => older.Verify(
                Bundle.Create(attestation.Signer.Certificate, attestation.Envelope!, [_log.Promise(logged with { CanonicalizedBody = b })], []), Artifact.OfBytes(Bytes), Policy)),
            ["witness policy"] = (System.Text.Encoding.UTF8.GetBytes($"witness A {WitnessSigner.Ed25519Key("w.example/a").Vkey}\nquorum A\n"), b => WitnessPolicy.Parse(b)),
            ["TUF root"] = (tuf.InitialRoot, b => TufTrust.Start(b, InMemorySigstore.Now)),
            ["TUF timestamp"] = (tuf.Files["timestamp.json"], b => TufTrust.Start(tuf.InitialRoot, InMemorySigstore.Now).Absent().Accept(b)),
            ["TUF snapshot"] = (tuf.Files["1.snapshot.json"], b => timestamped.Accept(b)),
            ["TUF targets"] = (tuf.Files["1.targets.json"], b => snapshotted.Accept(b).Target("trusted_root.json")),
            ["envelope"] = (System.Text.Encoding.UTF8.GetBytes(JsonNode.Parse(attestation.ToJson())!["dsseEnvelope"]!.ToJsonString()), b => DsseEnvelope.Parse(b)),
            ["statement"] = (attestation.Envelope!.Payload.ToArray(), b => Read(Statement.Parse(b))),
            ["log entry"] = (entry.ToJson(), b => LogEntry.Parse(b)),
            ["log entry's body"] = (entry.CanonicalizedBody.ToArray(), b => HashedRekordEntry.ParseCanonicalBody(b)),
            ["checkpoint"] = (System.Text.Encoding.UTF8.GetBytes(entry.InclusionProof!.Checkpoint), b => Read(SignedNote.Parse(System.Text.Encoding.UTF8.GetString(b)))),
            ["certificate"] = (bundle.Signer.Certificate.ToArray(), b => Read(SigningCertificate.Parse(b))),
            ["authority certificate"] = (_sigstore.Issuer.RawBytes.ToArray(), b => _ = Certificate.Parse(b).Key),
            ["promise"] = (sct.Encode(), b => SignedCertificateTimestamp.Parse(b)),
            ["promises"] = (certificate.Certificate.Extension("1.3.6.1.4.1.11129.2.4.2")!.Value.ToArray(), b => SignedCertificateTimestamp.ParseExtension(b)),
            ["promise beside"] = (Answer(sct), b => SignedCertificateTimestamp.ParseAnswer(b)),
            ["timestamp"] = (bundle.Timestamps[0].ToArray(), b => TimestampVerifier.Verify(b, bundle.Signature.Span, _sigstore.TrustedRoot.TimestampAuthorities)),
            ["timestamp request"] = (TimestampRequest.ForSignature(bundle.Signature.Span).Encode(), b => _ = TimestampRequest.TryParse(b, out _, out _)),
            ["signature"] = (bundle.Signature.ToArray(), b => certificate.Key.Verify(Bytes, b)),
            ["key"] = (certificate.Key.Spki.ToArray(), b => VerificationKey.Parse(b)),
            ["RSA key"] = (RsaKey(), b => VerificationKey.Parse(b)),
            ["trusted root"] = (_sigstore.TrustedRoot.ToJson(), b => TrustedRoot.Parse(b)),
            ["signing config"] = (Config().ToJson(), b => SigningConfig.Parse(b).SelectLogs([2], InMemorySigstore.Now)),
            ["client trust config"] = (new ClientTrustConfig(_sigstore.TrustedRoot, Config()).ToJson(), b => ClientTrustConfig.Parse(b)),
            ["entries of a tile"] = ([0, 3, 1, 2, 3, 0, 1, 9], b => EntryBundle.Parse(b)),
            ["certificate tile"] = (Tile(), b => CertificateLogEntry.ParseTile(b)),
            ["tile path"] = ("0/x001/x234/067.p/8"u8.ToArray(), b => _ = TilePath.TryParse(System.Text.Encoding.UTF8.GetString(b), out _)),
            ["workflow URI"] = (System.Text.Encoding.UTF8.GetBytes(InMemorySigstore.Workflow.SignerUri), b => _ = WorkflowUri.TryParse(System.Text.Encoding.UTF8.GetString(b), out _)),
        };
    }

    /// <summary>By name: a sample that is read without a fault, and the reader.</summary>
    public IReadOnlyDictionary<string, (byte[] Sample, Action<byte[]> Read)> All { get; }

    public void Dispose()
    {
        _sigstore.Dispose();
        _log.Dispose();
    }

    /// <summary>Everything that reads the statement later.</summary>
    private static void Read(Statement statement) => _ = statement.Subjects.Any(subject => subject.Matches(Artifact.OfBytes(Bytes)));

    private void Read(SignedNote note)
    {
        _ = Checkpoint.ParseText(note.Text);
        _ = note.IsSignedBy(_sigstore.LogNoteKey);
        _ = note.IsSignedBy(NoteKey.ForCertificateLog(_sigstore.Host, _sigstore.LogNoteKey.Key));
    }

    /// <summary>Everything that is read out of a certificate later.</summary>
    private static void Read(SigningCertificate certificate)
    {
        _ = certificate.PrecertificateTbs;
        _ = certificate.Certificate.ToString();
        foreach (var claim in Enum.GetValues<PipelineClaim>().Where(claim => claim != PipelineClaim.None && certificate.Identity is not null))
        {
            _ = PipelineClaims.Read(certificate.Identity!, claim);
        }
    }

    private static SigningConfig Config()
    {
        var service = new SigningService("https://sign.example", 1, new Validity(InMemorySigstore.Start), "sign.example");
        return SigningConfig.Create(service, service with { MajorApiVersion = 2 }, service);
    }

    private static byte[] Answer(SignedCertificateTimestamp sct) => System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["sct_version"] = 0,
        ["id"] = Convert.ToBase64String(sct.LogId.Span),
        ["timestamp"] = sct.Time.ToUnixTimeMilliseconds(),
        ["extensions"] = Convert.ToBase64String(sct.Extensions.Span),
        ["signature"] = Convert.ToBase64String([4, 3, 0, (byte)sct.Signature.Length, .. sct.Signature.Span]),
    }.ToJsonString());

    private static byte[] RsaKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportSubjectPublicKeyInfo();
    }

    private static byte[] Tile() =>
        new CertificateLogEntry(InMemorySigstore.Now, 7, Sha256Digest.Of([1]), [1, 2], [3, 4], [Sha256Digest.Of([2])]).TileLeaf();
}
