using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>The write side of the signature log, over HTTP, with the clients' differences.</summary>
public sealed class RekorEndpointTests : IAsyncLifetime
{
    private const string Path = "/api/v2/log/entries";

    private readonly byte[] _artifact = "artifact"u8.ToArray();
    private AuthorityInProcess _authority = null!;
    private TestSigner _signer = null!;
    private byte[] _certificate = [];

    public async ValueTask InitializeAsync()
    {
        _authority = await AuthorityInProcess.StartAsync();
        _signer = new TestSigner(_authority.Client);
        _certificate = await TestSigner.ReadLeafAsync(await _signer.ExchangeAsync(_authority.Issuer));
    }

    public async ValueTask DisposeAsync()
    {
        _signer.Dispose();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task An_entry_is_answered_with_a_proof_that_leads_to_a_checkpoint_of_the_trusted_log()
    {
        var answer = await _signer.PostAsync(Path, Record());
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var entry = LogEntry.Parse(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        AssertProven(entry);
        var body = HashedRekordEntry.ParseCanonicalBody(entry.CanonicalizedBody);
        Assert.Equal(SHA256.HashData(_artifact), body.Digest.ToArray());
        Assert.Equal(_certificate, body.Verifier.ToArray());
    }

    [Fact]
    public async Task An_answer_has_every_field_as_protojson_writes_it()
    {
        var json = JsonNode.Parse(await (await _signer.PostAsync(Path, Record())).Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();
        Assert.Equal(
            ["logIndex", "logId", "kindVersion", "integratedTime", "inclusionPromise", "inclusionProof", "canonicalizedBody"],
            json.Select(member => member.Key));
        Assert.Equal("0", (string)json["logIndex"]!);
        Assert.Equal("0", (string)json["integratedTime"]!);
        Assert.Null(json["inclusionPromise"]);
        Assert.Equal("1", (string)json["inclusionProof"]!["treeSize"]!);
    }

    [Fact]
    public async Task The_same_entry_again_gets_the_same_index_and_a_fresh_proof()
    {
        var same = Record();
        var first = LogEntry.Parse(await (await _signer.PostAsync(Path, same)).Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        _ = await _signer.PostAsync(Path, Record());
        var again = await _signer.PostAsync(Path, same);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        var second = LogEntry.Parse(await again.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(first.LogIndex, second.LogIndex);
        Assert.Equal(2, second.InclusionProof!.TreeSize);
        AssertProven(second);
    }

    [Fact]
    public async Task An_envelope_is_logged_as_the_hash_of_its_PAE()
    {
        var payload = "{}"u8.ToArray();
        var pae = DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, payload);
        var signature = _signer.Sign(pae);
        var answer = await _signer.PostAsync(Path, Envelope(payload, signature));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var entry = LogEntry.Parse(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        AssertProven(entry);
        Assert.Equal("hashedrekord", entry.Kind);
        var expected = new HashedRekordEntry(SHA256.HashData(pae), signature, _certificate, isCertificate: true, "PKIX_ECDSA_P256_SHA_256");
        Assert.Equal(expected.CanonicalBody(), entry.CanonicalizedBody.ToArray());

        // The same as a plain record is the same entry.
        var plain = await _signer.PostAsync(Path, TestSigner.Record(SHA256.HashData(pae), signature, _certificate));
        Assert.Equal(entry.LogIndex, LogEntry.Parse(await plain.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).LogIndex);
    }

    [Fact]
    public async Task An_envelope_whose_payload_was_changed_is_not_logged()
    {
        var signature = _signer.Sign(DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, "{}"u8.ToArray()));
        await (await _signer.PostAsync(Path, Envelope("{ }"u8.ToArray(), signature))).ProblemAsync(HttpStatusCode.BadRequest, "SIGNATURE_INVALID");
        Assert.Equal(0, _authority.Host.Ledger.Reader(LogId.Signatures).Head.Size);
    }

    [Theory]
    [InlineData("signatures")]
    [InlineData("verifiers")]
    public async Task An_envelope_with_any_number_of_signatures_or_verifiers_but_one_is_not_logged(string list)
    {
        var payload = "{}"u8.ToArray();
        var signature = _signer.Sign(DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, payload));
        foreach (var count in (int[])[0, 2])
        {
            var body = Envelope(payload, signature);
            var holder = list == "signatures" ? body["dsseRequestV002"]!["envelope"]! : body["dsseRequestV002"]!;
            holder[list] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => holder[list]![0]!.DeepClone())]);
            await (await _signer.PostAsync(Path, body)).ProblemAsync(HttpStatusCode.BadRequest, "SIGNATURE_COUNT");
        }
    }

    public static TheoryData<string, string, Action<JsonObject>> Faults => new()
    {
        { "another digest", "SIGNATURE_INVALID", r => r["digest"] = Convert.ToBase64String(new byte[32]) },
        { "a digest of another hash", "SIGNATURE_INVALID", r => r["digest"] = Convert.ToBase64String(new byte[48]) },
        { "no digest", "SIGNATURE_INVALID", r => r.Remove("digest") },
        { "no signature", "REQUEST_MALFORMED", r => r.Remove("signature") },
        { "null signature", "REQUEST_MALFORMED", r => r["signature"] = null },
        { "empty content", "SIGNATURE_INVALID", r => r["signature"]!["content"] = "" },
        { "unknown member", "REQUEST_MALFORMED", r => r["other"] = 1 },
        { "unknown member deep down", "REQUEST_MALFORMED", r => r["signature"]!["verifier"]!["x509Certificate"]!["other"] = 1 },
        { "no verifier", "REQUEST_MALFORMED", r => r["signature"]!.AsObject().Remove("verifier") },
        { "two verifiers in one", "REQUEST_MALFORMED", r => r["signature"]!["verifier"]!["publicKey"] = new JsonObject { ["rawBytes"] = "AAAA" } },
        { "a certificate that is none", "CERTIFICATE_MALFORMED", r => r["signature"]!["verifier"]!["x509Certificate"]!["rawBytes"] = "AAAA" },
        { "other key details", "KEY_DETAILS_MISMATCH", r => r["signature"]!["verifier"]!["keyDetails"] = "PKIX_ECDSA_P384_SHA_384" },
        { "no key details", "KEY_DETAILS_MISMATCH", r => r["signature"]!["verifier"]!.AsObject().Remove("keyDetails") },
        { "base64 that is not canonical", "REQUEST_MALFORMED", r => r["digest"] = "QUJ=" },
        { "a number for text", "REQUEST_MALFORMED", r => r["digest"] = 7 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_does_not_verify_or_is_not_understood_is_refused_with_its_reason(string fault, string code, Action<JsonObject> spoil)
    {
        var body = Record();
        spoil(body["hashedRekordRequestV002"]!.AsObject());
        var problem = await (await _signer.PostAsync(Path, body)).ProblemAsync(HttpStatusCode.BadRequest, code);
        Assert.True(problem["title"] is not null, fault);
        Assert.Equal(0, _authority.Host.Ledger.Reader(LogId.Signatures).Head.Size);
    }

    [Fact]
    public async Task A_body_over_its_cap_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(new byte[Limits.EntryRequestBodyBytes + 1]) };
        request.Content.Headers.ContentType = new("application/json");
        var answer = await _authority.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await answer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "BODY_TOO_LARGE");
    }

    [Fact]
    public async Task A_body_that_does_not_say_that_it_is_JSON_is_refused()
    {
        using var content = new StringContent(Record().ToJsonString());
        var answer = await _authority.Client.PostAsync(Path, content, TestContext.Current.CancellationToken);
        await answer.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "MEDIA_TYPE");
    }

    private JsonObject Record() => TestSigner.Record(SHA256.HashData(_artifact), _signer.Sign(_artifact), _certificate);

    private JsonObject Envelope(byte[] payload, byte[] signature) => new()
    {
        ["dsseRequestV002"] = new JsonObject
        {
            ["envelope"] = new JsonObject
            {
                ["payload"] = Convert.ToBase64String(payload),
                ["payloadType"] = DsseEnvelope.InTotoPayloadType,
                ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(signature), ["keyid"] = "" }),
            },
            ["verifiers"] = new JsonArray(new JsonObject
            {
                ["x509Certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(_certificate) },
                ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
            }),
        },
    };

    private void AssertProven(LogEntry entry)
    {
        var log = _authority.Host.Trust.Root.LogsOf(Sha256Digest.From(entry.LogId.Span)).Single();
        var note = SignedNote.Parse(entry.InclusionProof!.Checkpoint);
        Assert.True(note.IsSignedBy(NoteKey.ForLog("127.0.0.1", log.Key)));
        var checkpoint = Checkpoint.ParseText(note.Text);
        Assert.True(MerkleProof.VerifyInclusion(
            entry.LogIndex, checkpoint.Size, MerkleTree.LeafHash(entry.CanonicalizedBody.Span), entry.InclusionProof.Hashes, checkpoint.Root));
    }

    private static string Read(string base64) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}
