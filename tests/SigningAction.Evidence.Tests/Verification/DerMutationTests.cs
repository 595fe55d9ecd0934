using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>
/// Breaks every value of the DER in a bundle, and lets all else agree with the mutant as far as an attacker can: he may log whatever he likes, and a compromised
/// authority may sign whatever it likes. No mutant verifies, and every refusal is a reason.
/// </summary>
public sealed class DerMutationTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private static readonly VerificationPolicy Policy = new() { Repository = "octo/app" };
    /// <summary>
    /// What no signature covers, and what says nothing: the status granted (0) or granted with changes (1), in both of which a token is there (RFC 3161, section 2.4.2);
    /// the certificates beside the signature, which the trusted root has (RFC 5652, section 5.1).
    /// </summary>
    private static readonly string[] Unsigned = ["/0 FlippedInLast", "/0/0 FlippedInFirst", "/1/1/0/3 Removed", "/1/1/0/3/0 Removed"];

    private readonly InMemorySigstore _sigstore = new();
    private readonly ECDsa _key = InMemorySigstore.NewKey();

    public void Dispose()
    {
        _sigstore.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void No_changed_certificate_verifies_though_the_log_holds_it() =>
        NoMutantVerifies(_sigstore.Issue(_key), certificate => Verify(Signed(certificate)), atLeast: 800);

    [Fact]
    public void No_changed_timestamp_verifies()
    {
        var bundle = Signed(_sigstore.Issue(_key));
        NoMutantVerifies(
            bundle.Timestamps[0].ToArray(),
            stamp => Verify(Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, bundle.LogEntries, [stamp])),
            atLeast: 400,
            Unsigned);
    }

    [Fact]
    public void No_changed_promise_of_a_certificate_log_verifies_though_the_authority_signs_it()
    {
        var certificate = _sigstore.Issue(_key);
        var promises = SigningCertificate.Parse(certificate).Certificate.Extension("1.3.6.1.4.1.11129.2.4.2")!.Value.ToArray();
        Assert.NotNull(Verify(Signed(Resigned(certificate, promises, promises))));
        for (var i = 0; i < promises.Length; i++)
        {
            var changed = (byte[])promises.Clone();
            changed[i] ^= 1;
            Assert.False(Verifies(() => Verify(Signed(Resigned(certificate, promises, changed)))), $"byte {i}");
        }
    }

    [Fact]
    public void No_changed_signature_verifies_though_log_and_timestamp_hold_it()
    {
        var certificate = _sigstore.Issue(_key);
        var digest = Sha256Digest.Of(Bytes);
        NoMutantVerifies(
            _key.SignData(Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
            signature => Verify(Bundle.Create(certificate, MessageSignature.Over(digest, signature), [_sigstore.Log(digest, signature, certificate)], [_sigstore.Stamp(signature)])),
            atLeast: 15);
    }

    [Fact]
    public void No_changed_signature_of_an_envelope_verifies_though_log_and_timestamp_hold_it()
    {
        var certificate = _sigstore.Issue(_key);
        var payload = _sigstore.Attest(Bytes).Envelope!.Payload.ToArray();
        var pae = DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, payload);
        NoMutantVerifies(
            _key.SignData(pae, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
            signature => Verify(Bundle.Create(
                certificate, new DsseEnvelope(DsseEnvelope.InTotoPayloadType, payload, signature), [_sigstore.Log(Sha256Digest.Of(pae), signature, certificate)], [_sigstore.Stamp(signature)])),
            atLeast: 15);
    }

    [Fact]
    public void No_changed_promise_of_a_log_of_Rekor_v1_verifies()
    {
        using var log = new InMemoryRekor1();
        var signed = Signed(_sigstore.Issue(_key));
        var entry = log.Log(InMemoryRekor1.HashedRekord("sha256", Sha256Digest.Of(Bytes).Span, signed.Signature.Span, Pem.OfCertificate(signed.Signer.Certificate.Span)));
        var verifier = new Verifier(log.In(_sigstore.TrustedRoot));
        NoMutantVerifies(
            entry.InclusionPromise.ToArray(),
            promise => verifier.Verify(Bundle.Create(signed.Signer.Certificate, signed.MessageSignature!, [entry with { InclusionPromise = promise }], []), Artifact.OfBytes(Bytes), Policy),
            atLeast: 15);
    }

    [Fact]
    public void No_changed_certificate_above_the_leaf_leads_to_the_root()
    {
        using var log = new InMemoryRekor1();
        var signed = Signed(_sigstore.Issue(_key));
        var entry = log.Log(InMemoryRekor1.HashedRekord("sha256", Sha256Digest.Of(Bytes).Span, signed.Signature.Span, Pem.OfCertificate(signed.Signer.Certificate.Span)));

        // A trusted root with the anchor alone: the bundle has to bring what is between.
        var root = JsonNode.Parse(log.In(_sigstore.TrustedRoot).ToJson())!;
        root["certificateAuthorities"]![0]!["certChain"]!["certificates"]!.AsArray().RemoveAt(0);
        var verifier = new Verifier(TrustedRoot.Parse(System.Text.Encoding.UTF8.GetBytes(root.ToJsonString())));
        var json = JsonNode.Parse(Bundle.Create(signed.Signer.Certificate, signed.MessageSignature!, [entry], []).ToJson())!;
        json["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.2";
        json["verificationMaterial"]!.AsObject().Remove("certificate");
        NoMutantVerifies(
            _sigstore.Issuer.RawBytes.ToArray(),
            intermediate =>
            {
                json["verificationMaterial"]!["x509CertificateChain"] = new JsonObject
                {
                    ["certificates"] = new JsonArray(new[] { signed.Signer.Certificate, intermediate }.Select(der => new JsonObject { ["rawBytes"] = Convert.ToBase64String(der.Span) }).ToArray()),
                };
                return verifier.Verify(Bundle.Parse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())), Artifact.OfBytes(Bytes), Policy);
            },
            atLeast: 300);
    }

    [Fact]
    public void No_changed_timestamp_of_GitHubs_instance_verifies()
    {
        using var github = InMemorySigstore.GitHub();
        var signed = github.Sign(Bytes);
        var verifier = new Verifier(github.TrustedRoot);
        NoMutantVerifies(
            signed.Timestamps[0].ToArray(),
            stamp => verifier.Verify(Bundle.Create(signed.Signer.Certificate, signed.MessageSignature!, [], [stamp]), Artifact.OfBytes(Bytes), Policy with { Profile = TrustProfile.GitHub }),
            atLeast: 400,
            Unsigned);
    }

    [Fact]
    public void No_changed_key_is_the_key_that_was_asked_for()
    {
        var (digest, asked) = (Sha256Digest.Of(Bytes), VerificationKey.Of(_key));
        var signature = _key.SignData(Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        NoMutantVerifies(
            asked.Spki.ToArray(),
            spki =>
            {
                var entry = _sigstore.Log(new HashedRekordEntry(digest.ToArray(), signature, spki, isCertificate: false, asked.Details).CanonicalBody());
                return new Verifier(_sigstore.TrustedRoot).Verify(
                    BundleKinds.WithKey(Bundle.Create("x"u8.ToArray(), MessageSignature.Over(digest, signature), [entry], [_sigstore.Stamp(signature)]), Convert.ToBase64String(asked.Id.Span)),
                    Artifact.OfBytes(Bytes), new VerificationPolicy { Key = asked });
            },
            atLeast: 30);
    }

    /// <summary>An authority that signs once more, with other promises inside.</summary>
    private byte[] Resigned(byte[] certificate, byte[] promises, byte[] changed)
    {
        var parsed = Certificate.Parse(certificate);
        var tbs = DerNode.Replace(parsed.Tbs.ToArray(), content => content.AsSpan().SequenceEqual(promises) ? changed : null);
        return Certificates.CertificateForge.Der(w =>
        {
            using (w.PushSequence())
            {
                w.WriteEncodedValue(tbs);
                w.WriteEncodedValue(Certificates.CertificateForge.Algorithm("1.2.840.10045.4.3.2"));
                w.WriteBitString(_sigstore.IssuerKey.SignData(tbs, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            }
        });
    }

    private Bundle Signed(byte[] certificate)
    {
        var (digest, signature) = (Sha256Digest.Of(Bytes), _key.SignData(Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        return Bundle.Create(certificate, MessageSignature.Over(digest, signature), [_sigstore.Log(digest, signature, certificate)], [_sigstore.Stamp(signature)]);
    }

    private VerifiedBundle Verify(Bundle bundle) => new Verifier(_sigstore.TrustedRoot).Verify(bundle, Artifact.OfBytes(Bytes), Policy);

    private static void NoMutantVerifies(byte[] good, Func<byte[], VerifiedBundle> verify, int atLeast, params string[] benign)
    {
        Assert.NotNull(verify(good));
        var mutants = DerNode.Mutants(good).ToArray();
        Assert.True(mutants.Length >= atLeast, $"only {mutants.Length} mutants");
        Assert.Equal(benign, mutants.Where(mutant => Verifies(() => verify(mutant.Mutant))).Select(mutant => mutant.Name));
    }

    /// <summary>A refusal is a reason; anything else that is thrown fails the test.</summary>
    private static bool Verifies(Func<VerifiedBundle> verify)
    {
        try
        {
            return verify() is not null;
        }
        catch (EvidenceException)
        {
            return false;
        }
    }
}
