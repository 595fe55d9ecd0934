using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Bundles;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>Who may write to the signature log: a log can never be trimmed, so whoever may fill it may stop the authority.</summary>
public sealed class LogSignersTests
{
    private const string Path = "/api/v2/log/entries";

    private static readonly byte[] Artifact = "artifact"u8.ToArray();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Entries_of_strangers_are_refused_and_counted_in_the_audit()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        await using var namesake = await AuthorityInProcess.StartAsync(); // the same names in its certificates, and other keys
        using var signer = new TestSigner(authority.Client);
        using var stranger = new TestSigner(namesake.Client);
        var foreign = await TestSigner.ReadLeafAsync(await stranger.ExchangeAsync(namesake.Issuer));
        JsonObject[] bodies =
        [
            WithKey(Record(signer, foreign), signer.Key.ExportSubjectPublicKeyInfo(), "PKIX_ECDSA_P256_SHA_256"),
            Record(stranger, foreign),
            Record(signer, SelfSigned(signer.Key)),
            Envelope(stranger, foreign),
        ];
        foreach (var body in bodies)
        {
            var problem = await (await signer.PostAsync(Path, body)).ProblemAsync(HttpStatusCode.Forbidden, LogSigners.Foreign);
            Assert.Contains("ledger.signers", (string)problem["remedy"]!, StringComparison.Ordinal);
        }

        Assert.Equal(0, authority.Host.Ledger.Reader(LogId.Signatures).Head.Size);
        await authority.StopAsync();
        await authority.StartAgainAsync();
        var audit = Assert.Single(await authority.AuditAsync());
        Assert.Equal((RefusalCounter.Kind, bodies.Length), (audit.Kind, audit.Counts![LogSigners.Foreign]));
    }

    [Fact]
    public async Task A_certificate_that_was_issued_here_may_write_after_a_restart_and_after_its_set_was_replaced()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        using var signer = new TestSigner(authority.Client);
        var certificate = await TestSigner.ReadLeafAsync(await signer.ExchangeAsync(authority.Issuer));
        await authority.StopAsync();
        _ = await Renewal.MakeAsync(authority.Directory, TimeProvider.System);
        _ = await Renewal.SwitchAsync(authority.Directory, TimeProvider.System);
        await authority.StartAgainAsync();
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.Created, (await signer.PostAsync(Path, Record(signer, certificate))).StatusCode);
        }

        var next = await TestSigner.ReadLeafAsync(await signer.ExchangeAsync(authority.Issuer));
        Assert.Equal(HttpStatusCode.Created, (await signer.PostAsync(Path, Record(signer, next))).StatusCode);
    }

    [Fact]
    public async Task A_certificate_with_one_byte_changed_is_not_the_remembered_one()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        using var signer = new TestSigner(authority.Client);
        var certificate = await TestSigner.ReadLeafAsync(await signer.ExchangeAsync(authority.Issuer));
        Assert.Equal(HttpStatusCode.Created, (await signer.PostAsync(Path, Record(signer, certificate))).StatusCode);
        certificate[^1] ^= 1;
        await (await signer.PostAsync(Path, Record(signer, certificate))).ProblemAsync(HttpStatusCode.Forbidden, LogSigners.Foreign);
    }

    [Fact]
    public async Task A_log_that_is_open_to_anybody_takes_foreign_certificates_and_bare_keys_in_snake_case_too()
    {
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Signers = EntrySigners.Anybody });
        using var signer = new TestSigner(authority.Client);
        Assert.Equal(HttpStatusCode.Created, (await signer.PostAsync(Path, Record(signer, SelfSigned(signer.Key)))).StatusCode);
        var body = JsonNode.Parse(WithKey(Record(signer, []), signer.Key.ExportSubjectPublicKeyInfo(), "PKIX_ECDSA_P256_SHA_256").ToJsonString()
            .Replace("hashedRekordRequestV002", "hashed_rekord_request_v002", StringComparison.Ordinal)
            .Replace("publicKey", "public_key", StringComparison.Ordinal)
            .Replace("rawBytes", "raw_bytes", StringComparison.Ordinal)
            .Replace("keyDetails", "key_details", StringComparison.Ordinal))!;
        var answer = await signer.PostAsync(Path, body);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var logged = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!["canonicalizedBody"]!;
        Assert.Contains("publicKey", Encoding.UTF8.GetString(Convert.FromBase64String(logged)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pure_Ed25519_key_is_refused_by_an_open_log_too_because_a_digest_cannot_be_verified_with_it()
    {
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Signers = EntrySigners.Anybody });
        using var signer = new TestSigner(authority.Client);
        var spki = Convert.FromHexString("302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"); // RFC 8032, test 1
        await (await signer.PostAsync(Path, WithKey(Record(signer, []), spki, "PKIX_ED25519"))).ProblemAsync(HttpStatusCode.BadRequest, "KEY_UNSUPPORTED");
    }

    private static JsonObject Record(TestSigner signer, byte[] certificate) => TestSigner.Record(SHA256.HashData(Artifact), signer.Sign(Artifact), certificate);

    private static JsonObject WithKey(JsonObject body, byte[] spki, string details)
    {
        var verifier = body["hashedRekordRequestV002"]!["signature"]!["verifier"]!.AsObject();
        verifier.Remove("x509Certificate");
        verifier["publicKey"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(spki) };
        verifier["keyDetails"] = details;
        return body;
    }

    private static JsonObject Envelope(TestSigner signer, byte[] certificate)
    {
        var signature = signer.Sign(DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, Artifact));
        return new JsonObject
        {
            ["dsseRequestV002"] = new JsonObject
            {
                ["envelope"] = new JsonObject
                {
                    ["payload"] = Convert.ToBase64String(Artifact),
                    ["payloadType"] = DsseEnvelope.InTotoPayloadType,
                    ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(signature), ["keyid"] = "" }),
                },
                ["verifiers"] = new JsonArray(new JsonObject
                {
                    ["x509Certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate) },
                    ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
                }),
            },
        };
    }

    /// <summary>What anybody makes for himself in a second.</summary>
    private static byte[] SelfSigned(ECDsa key)
    {
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=anybody", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddMinutes(9));
        return certificate.RawData;
    }
}
