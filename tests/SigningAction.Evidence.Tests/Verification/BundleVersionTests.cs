using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;
using SigningAction.Testing.Mutants;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>What bundles of v0.1 and v0.2 may hold and must hold, as verified and not only as read.</summary>
public sealed class BundleVersionTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private static readonly VerificationPolicy Policy = new() { Repository = "octo/app" };
    private readonly InMemorySigstore _sigstore = new();
    private readonly InMemoryRekor1 _log = new();
    private readonly ECDsa _key = InMemorySigstore.NewKey();

    public void Dispose()
    {
        _sigstore.Dispose();
        _log.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void What_is_written_is_read_and_verifies_whatever_kind_it_was()
    {
        using var kinds = new BundleKinds();
        foreach (var name in BundleKinds.Names)
        {
            var kind = kinds.Make(name);
            var bundle = Bundle.Parse(kind.Good.Span);
            if (name == "v0.1 with promise alone")
            {
                Refusal.Is(FailureCode.InclusionProof, () => bundle.ToJson());
                continue;
            }

            var again = Bundle.Parse(bundle.ToJson());
            Assert.Equal((BundleVersion.V03, bundle.Signer.KeyHint), (again.Version, again.Signer.KeyHint));
            Assert.NotNull(new Verifier(kind.Root).Verify(again, Artifact.OfBytes(BundleKinds.Artifact), kind.Policy));
        }
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("0.2")]
    public void A_chain_with_promise_and_proof_verifies_with_and_without_the_issuing_certificate(string version)
    {
        Assert.NotNull(Verify(Old(version)));
        Assert.NotNull(Verify(Old(version, json => Chain(json).Add(Raw(_sigstore.Issuer.RawBytes)))));
    }

    [Fact]
    public void In_v01_the_promise_stands_for_the_proof_and_for_a_proof_without_checkpoint()
    {
        Assert.Equal(InMemoryRekor1.EarlierShards + 5, Verify(Old("0.1", json => Entry(json).Remove("inclusionProof"))).LogEntries.Single().Index);
        Assert.NotNull(Verify(Old("0.1", json => Entry(json)["inclusionProof"]!.AsObject().Remove("checkpoint"))));
        Refused(FailureCode.InclusionPromise, Old("0.1", json => Entry(json).Remove("inclusionPromise")));
        Refused(FailureCode.InclusionPromise, Old("0.1", json => Entry(json)["inclusionPromise"]!["signedEntryTimestamp"] = Convert.ToBase64String(new byte[70])));
    }

    [Fact]
    public void In_v01_a_proof_that_is_there_must_hold()
    {
        Refused(FailureCode.InclusionProof, Old("0.1", json => Entry(json)["inclusionProof"]!["logIndex"] = "4"));
        Refused(FailureCode.CheckpointOrigin, Old("0.1", origin: "other.example - 1"));
    }

    [Theory]
    [InlineData("0.2")]
    [InlineData("0.3")]
    public void From_v02_on_a_promise_does_not_stand_for_a_proof_or_a_checkpoint(string version)
    {
        Refused(FailureCode.InclusionProof, Old(version, json => Entry(json).Remove("inclusionProof")));
        Refused(FailureCode.CheckpointMalformed, Old(version, json => Entry(json)["inclusionProof"]!.AsObject().Remove("checkpoint")));
    }

    [Fact]
    public void In_v02_the_promise_may_be_missing_where_a_timestamp_is_there()
    {
        Refused(FailureCode.NoTrustedTime, Old("0.2", json => Entry(json).Remove("inclusionPromise")));
        Assert.NotNull(Verify(Old("0.2", json => Entry(json).Remove("inclusionPromise"), stamped: true)));
    }

    [Fact]
    public void An_entry_of_Rekor_v2_has_no_promise_so_it_fits_into_no_v01()
    {
        var bundle = JsonNode.Parse(_sigstore.Sign(Bytes).ToJson())!;
        Refused(FailureCode.InclusionPromise, AsOld(bundle, "0.1"));
        Assert.NotNull(Verify(AsOld(bundle, "0.2")));
    }

    [Fact]
    public void A_root_in_the_chain_an_empty_chain_and_a_chain_in_v03_are_refused()
    {
        using var key = InMemorySigstore.NewKey();
        var root = new AuthorityCertificateBuilder("sign.example", InMemorySigstore.Start).Root("root", key, InMemorySigstore.Start.AddYears(10));
        Refused(FailureCode.BundleMalformed, Old("0.1", json => Chain(json).Add(Raw(root.RawBytes))));
        Refused(FailureCode.BundleMalformed, Old("0.1", json => Chain(json).Clear()));
        Refused(FailureCode.BundleMalformed, Old("0.2", json => json["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.3"));
        Refused(FailureCode.BundleMalformed, Old("0.2", json => json["mediaType"] = Bundle.MediaType));
    }

    [Fact]
    public void A_leaf_cannot_be_put_into_the_second_place() => Refused(FailureCode.CertificateProfile, Old("0.1", json =>
    {
        Chain(json).Insert(0, Raw(_sigstore.Issuer.RawBytes));
    }));

    [Fact]
    public void A_second_leaf_and_a_certificate_that_is_none_are_refused()
    {
        var other = _sigstore.Sign("other"u8.ToArray()).Signer.Certificate;
        foreach (var version in new[] { "0.1", "0.2" })
        {
            Refused(FailureCode.BundleMalformed, Old(version, json => Chain(json).Add(Raw(other))));
            Refused(FailureCode.BundleMalformed, Old(version, json => Chain(json).Add(null)));
            Refused(FailureCode.BundleMalformed, Old(version, json => Chain(json)[0]!["rawBytes"] = null));
        }

        Refused(FailureCode.BundleMalformed, Old("0.3", json => json["verificationMaterial"]!["certificate"] = null));
    }

    private static JsonArray Chain(JsonNode json) => json["verificationMaterial"]!["x509CertificateChain"]!["certificates"]!.AsArray();

    private static JsonObject Entry(JsonNode json) => json["verificationMaterial"]!["tlogEntries"]![0]!.AsObject();

    private static JsonObject Raw(ReadOnlyMemory<byte> der) => new() { ["rawBytes"] = Convert.ToBase64String(der.Span) };

    private static byte[] AsOld(JsonNode json, string version)
    {
        var material = json["verificationMaterial"]!.AsObject();
        if (version != "0.3" && material["certificate"] is { } certificate)
        {
            material.Remove("certificate");
            material["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(certificate.DeepClone()) };
        }

        json["mediaType"] = $"application/vnd.dev.sigstore.bundle+json;version={version}";
        return System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private byte[] Old(string version, Action<JsonNode>? change = null, bool stamped = false, string? origin = null)
    {
        var certificate = _sigstore.Issue(_key);
        var signature = _key.SignData(Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var digest = Sha256Digest.Of(Bytes);
        var entry = _log.Log(InMemoryRekor1.HashedRekord("sha256", digest.Span, signature, Pem.OfCertificate(certificate)), origin: origin);
        var bundle = Bundle.Create(certificate, MessageSignature.Over(digest, signature), [entry], stamped ? [_sigstore.Stamp(signature)] : []);
        var json = JsonNode.Parse(AsOld(JsonNode.Parse(bundle.ToJson())!, version))!;
        change?.Invoke(json);
        return System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private VerifiedBundle Verify(byte[] bundle) =>
        new Verifier(_log.In(_sigstore.TrustedRoot)).Verify(Bundle.Parse(bundle), Artifact.OfBytes(Bytes), Policy);

    private void Refused(FailureCode code, byte[] bundle) => Refusal.Is(code, () => Verify(bundle));
}
