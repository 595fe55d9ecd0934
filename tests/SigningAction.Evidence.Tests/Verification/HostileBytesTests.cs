using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>
/// Feeds mutants of good input to everything that reads bytes of strangers: a refusal is a reason, and nothing else escapes. Seeded, so a failure
/// repeats; SIGNINGACTION_FUZZ_ROUNDS makes it longer by hand.
/// </summary>
public sealed class HostileBytesTests : IDisposable
{
    private const int Rounds = 400;

    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private static readonly VerificationPolicy Policy = new() { Repository = "octo/app" };

    private readonly InMemorySigstore _sigstore = new();
    private readonly Dictionary<string, (byte[] Sample, Action<byte[]> Read)> _readers;

    public HostileBytesTests()
    {
        var bundle = _sigstore.Sign(Bytes);
        var attestation = _sigstore.Attest(Bytes);
        var entry = bundle.LogEntries[0];
        var certificate = SigningCertificate.Parse(bundle.Signer.Certificate);
        var sct = certificate.Scts[0];
        var verifier = new Verifier(_sigstore.TrustedRoot);
        void Verify(Bundle mutant) => verifier.Verify(mutant, Artifact.OfBytes(Bytes), Policy);

        _readers = new()
        {
            ["bundle"] = (bundle.ToJson(), b => Verify(Bundle.Parse(b))),
            ["attestation"] = (attestation.ToJson(), b => Verify(Bundle.Parse(b))),
            ["envelope"] = (System.Text.Encoding.UTF8.GetBytes(JsonNode.Parse(attestation.ToJson())!["dsseEnvelope"]!.ToJsonString()), b => DsseEnvelope.Parse(b)),
            ["statement"] = (attestation.Envelope!.Payload.ToArray(), b => Read(Statement.Parse(b))),
            ["log entry"] = (entry.ToJson(), b => LogEntry.Parse(b)),
            ["log entry's body"] = (entry.CanonicalizedBody.ToArray(), b => HashedRekordEntry.ParseCanonicalBody(b)),
            ["checkpoint"] = (System.Text.Encoding.UTF8.GetBytes(entry.InclusionProof!.Checkpoint), b => Read(SignedNote.Parse(System.Text.Encoding.UTF8.GetString(b)))),
            ["certificate"] = (bundle.Signer.Certificate.ToArray(), b => Read(SigningCertificate.Parse(b))),
            ["authority certificate"] = (_sigstore.Issuer.RawBytes.ToArray(), b => _ = Certificate.Parse(b).Key),
            ["promise"] = (sct.Encode(), b => SignedCertificateTimestamp.Parse(b)),
            ["promises"] = (certificate.Certificate.Extension("1.3.6.1.4.1.11129.2.4.2")!.Value.ToArray(), b => SignedCertificateTimestamp.ParseExtension(b)),
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

    public static TheoryData<string> Names { get; } =
    [
        "bundle", "attestation", "envelope", "statement", "log entry", "log entry's body", "checkpoint", "certificate", "authority certificate",
        "promise", "promises", "timestamp", "timestamp request", "signature", "key", "RSA key", "trusted root",
        "signing config", "client trust config", "entries of a tile", "certificate tile", "tile path", "workflow URI",
    ];

    public void Dispose() => _sigstore.Dispose();

    [Fact]
    public void Every_reader_is_tried() => Assert.Equal(_readers.Keys.Order(StringComparer.Ordinal), Names.Select(row => row.Data).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Hostile_bytes_are_refused_with_a_reason_and_nothing_else(string name)
    {
        var (sample, read) = _readers[name];
        read(sample);
        var donors = _readers.Values.Select(reader => reader.Sample).ToArray();
        var rounds = int.Parse(Environment.GetEnvironmentVariable("SIGNINGACTION_FUZZ_ROUNDS") ?? Rounds.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        for (var seed = 0; seed < rounds; seed++)
        {
            var mutant = new Mutator(seed).Mutate(sample, donors[seed % donors.Length]);
            try
            {
                read(mutant);
            }
            catch (EvidenceException)
            {
                continue;
            }
            catch (Exception e) when (e is not EvidenceException)
            {
                Assert.Fail($"seed {seed}: {e.GetType().Name} from {Convert.ToBase64String(mutant)}\n{e}");
            }
        }
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

    private static byte[] RsaKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportSubjectPublicKeyInfo();
    }

    private static byte[] Tile() =>
        new CertificateLogEntry(InMemorySigstore.Now, 7, Sha256Digest.Of([1]), [1, 2], [3, 4], [Sha256Digest.Of([2])]).TileLeaf();
}
