using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Trust;

public sealed class TrustedRootTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private readonly InMemorySigstore _sigstore = new();

    public void Dispose() => _sigstore.Dispose();

    [Theory]
    [InlineData("application/vnd.dev.sigstore.trustedroot+json;version=0.1")]
    [InlineData("application/vnd.dev.sigstore.trustedroot.v0.1+json")]
    [InlineData("application/vnd.dev.sigstore.trustedroot.v0.2+json")]
    public void All_three_media_types_are_read(string mediaType) => Assert.Single(Parse(json => json["mediaType"] = mediaType).Logs);

    [Fact]
    public void Any_other_form_is_refused()
    {
        Refused(json => json["mediaType"] = "application/vnd.dev.sigstore.trustedroot.v0.3+json");
        Refused(json => json.Remove("mediaType"));
        Refused(json => json["extra"] = 1);
        Refused(json => json["tlogs"] = new JsonArray([null]));
        Refused(json => json["tlogs"]![0]!["baseUrl"] = "sign.example");
        Refused(json => json["tlogs"]![0]!["logId"]!["keyId"] = "AAAA");
        Refused(json => json["certificateAuthorities"]![0]!["certChain"]!["certificates"] = new JsonArray());
        Refused(json => json["certificateAuthorities"]![0]!["certChain"]!["certificates"]![0]!["rawBytes"] = "AAAA");
        Refused(json => json["timestampAuthorities"]![0]!["certChain"]!["certificates"]!.AsArray().RemoveAt(1));
        Refusal.Is(FailureCode.TrustedRootMalformed, () => TrustedRoot.Parse("not JSON"u8));
        Refusal.Is(FailureCode.TooLarge, () => TrustedRoot.Parse(new byte[Limits.TrustedRootBytes + 1]));
    }

    [Fact]
    public void A_validity_without_a_start_is_refused()
    {
        Refused(json => json["tlogs"]![0]!["publicKey"]!["validFor"]!.AsObject().Remove("start"));
        Refused(json => json["ctlogs"]![0]!["publicKey"]!.AsObject().Remove("validFor"));
        Refused(json => json["certificateAuthorities"]![0]!["validFor"]!.AsObject().Remove("start"));
        Refused(json => json["timestampAuthorities"]![0]!.AsObject().Remove("validFor"));
    }

    [Fact]
    public void Two_keys_under_one_log_id_are_refused_and_the_same_log_twice_is_one()
    {
        using var other = InMemorySigstore.NewKey();
        JsonNode Again(JsonObject json) => json["tlogs"]![0]!.DeepClone();
        Assert.Single(Parse(json => json["tlogs"]!.AsArray().Add(Again(json))).Logs.Select(log => log.Key).Distinct());
        Refused(json =>
        {
            var twin = Again(json);
            twin["publicKey"]!["rawBytes"] = StrictBase64.Encode(other.ExportSubjectPublicKeyInfo());
            json["tlogs"]!.AsArray().Add(twin);
        });
    }

    [Fact]
    public void A_log_whose_key_is_not_accepted_is_left_out_with_the_reason()
    {
        using var weak = RSA.Create(1024);
        var root = Parse(json =>
        {
            var log = json["ctlogs"]![0]!.DeepClone();
            log["publicKey"]!["rawBytes"] = StrictBase64.Encode(weak.ExportSubjectPublicKeyInfo());
            log["logId"]!["keyId"] = StrictBase64.Encode(new byte[32]);
            json["ctlogs"]!.AsArray().Add(log);
        });
        Assert.Single(root.CertificateLogs);
        Assert.Contains("1024", Assert.Single(root.LeftOut), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bare_RSA_key_of_old_public_roots_is_read()
    {
        using var rsa = RSA.Create(2048);
        var root = Parse(json =>
        {
            var log = json["ctlogs"]![0]!.DeepClone();
            log["publicKey"]!["rawBytes"] = StrictBase64.Encode(rsa.ExportRSAPublicKey());
            log["publicKey"]!["keyDetails"] = "PKCS1_RSA_PKCS1V5";
            log["logId"]!["keyId"] = StrictBase64.Encode(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo()));
            json["ctlogs"]!.AsArray().Add(log);
        });
        Assert.Equal(2, root.CertificateLogs.Count());
        Assert.Contains(root.CertificateLogs, log => log.Key.Algorithm == KeyAlgorithm.RsaPkcs1 && log.Key.Id == log.LogId);
    }

    // K-02, and K-11: a CA that is taken back from a day on keeps vouching for what it certified before.
    [Fact]
    public void Nothing_is_vouched_for_outside_its_time_and_both_ends_are_inside()
    {
        var signed = _sigstore.Sign(Bytes);
        foreach (var member in new[] { "tlogs", "ctlogs", "certificateAuthorities", "timestampAuthorities" })
        {
            // The certificate and its promise are of Now, the signature's timestamp of one second later.
            var end = member == "ctlogs" ? InMemorySigstore.Now : InMemorySigstore.Now.AddSeconds(1);
            Assert.NotNull(Verify(signed, WithEnd(member, end)));
            var code = Assert.Throws<EvidenceException>(() => Verify(signed, WithEnd(member, end.AddMilliseconds(-1)))).Code;
            Assert.Equal(
                member switch
                {
                    "tlogs" => FailureCode.LogUntrusted,
                    "ctlogs" => FailureCode.SctUntrusted,
                    "certificateAuthorities" => FailureCode.UntrustedIssuer,
                    _ => FailureCode.TimestampOutsideTrust,
                },
                code);
        }
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var again = TrustedRoot.Parse(_sigstore.TrustedRoot.ToJson());
        Assert.Equal(_sigstore.TrustedRoot.ToJson(), again.ToJson());
        Assert.NotNull(Verify(_sigstore.Sign(Bytes), again));
    }

    [Fact]
    public void A_client_trust_config_holds_both_or_is_refused()
    {
        var service = new SigningService("https://sign.example", 1, new Validity(InMemorySigstore.Start), "op");
        var config = new ClientTrustConfig(_sigstore.TrustedRoot, SigningConfig.Create(service, service with { MajorApiVersion = 2 }, service));
        var again = ClientTrustConfig.Parse(config.ToJson());
        Assert.Equal(_sigstore.TrustedRoot.ToJson(), again.TrustedRoot.ToJson());
        Assert.Equal("https://sign.example", again.SigningConfig.SelectCertificateAuthority(InMemorySigstore.Now).Url);
        foreach (var member in new[] { "mediaType", "trustedRoot", "signingConfig" })
        {
            var json = JsonNode.Parse(config.ToJson())!.AsObject();
            json.Remove(member);
            Refusal.Is(FailureCode.TrustedRootMalformed, () => ClientTrustConfig.Parse(JsonSerializer.SerializeToUtf8Bytes(json)));
        }
    }

    private static VerifiedBundle Verify(Bundle bundle, TrustedRoot root) =>
        new Verifier(root).Verify(bundle, Artifact.OfBytes(Bytes), new VerificationPolicy { Repository = "octo/app" });

    private TrustedRoot WithEnd(string member, DateTimeOffset end) => Parse(json =>
    {
        var instance = json[member]![0]!;
        (instance["publicKey"] ?? instance)["validFor"]!["end"] = end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
    });

    private void Refused(Action<JsonObject> change) => Refusal.Is(FailureCode.TrustedRootMalformed, () => Parse(change));

    private TrustedRoot Parse(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(_sigstore.TrustedRoot.ToJson())!.AsObject();
        change(json);
        return TrustedRoot.Parse(JsonSerializer.SerializeToUtf8Bytes(json));
    }
}
