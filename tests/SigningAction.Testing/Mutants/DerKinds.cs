using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Testing.Mutants;

/// <summary>
/// Breaks every value of the DER in a bundle, and lets all else agree with the mutant as far as an attacker can: he may log whatever he likes, and a compromised
/// authority may sign whatever it likes. Keys are fresh, forms and lengths always the same.
/// </summary>
public sealed class DerKinds : IDisposable
{
    private static readonly VerificationPolicy Policy = new() { Repository = "octo/app" };
    private readonly InMemorySigstore _sigstore = new(newKey: () => new EvenKey());
    private readonly InMemorySigstore _github = InMemorySigstore.GitHub(newKey: () => new EvenKey());
    private readonly InMemoryRekor1 _log = new(newKey: () => new EvenKey());
    private readonly EvenKey _key = new();

    /// <summary>What is broken, by name.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "certificate", "timestamp", "promise of a certificate log", "DER of a signature", "DER of an envelope's signature", "promise of Rekor v1", "issuing certificate", "timestamp of GitHub", "key",
    ];

    /// <summary>A good bundle, and it with each value of one of its pieces of DER broken.</summary>
    public MutantFamily Make(string name) => name switch
    {
        "certificate" => Of(name, _sigstore.Issue(_key), Signed),
        "timestamp" => Timestamp(name),
        "promise of a certificate log" => CertificatePromise(name),
        "DER of a signature" => Signature(name),
        "DER of an envelope's signature" => EnvelopeSignature(name),
        "promise of Rekor v1" => LogPromise(name),
        "issuing certificate" => IssuingCertificate(name),
        "timestamp of GitHub" => GitHub(name),
        "key" => Key(name),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    public void Dispose()
    {
        _sigstore.Dispose();
        _github.Dispose();
        _log.Dispose();
        _key.Dispose();
    }

    private static byte[] Bytes => BundleKinds.Artifact.ToArray();

    private static Sha256Digest Digest => Sha256Digest.Of(BundleKinds.Artifact.Span);

    private MutantFamily Of(string name, byte[] good, Func<byte[], Bundle> bundle, TrustedRoot? root = null, VerificationPolicy? policy = null) =>
        Of(name, good, der => bundle(der).ToJson(), root, policy);

    private MutantFamily Of(string name, byte[] good, Func<byte[], byte[]> bundle, TrustedRoot? root = null, VerificationPolicy? policy = null) =>
        new(name, bundle(good), root ?? _sigstore.TrustedRoot, policy ?? Policy, DerNode.Mutants(good).Select(mutant => (mutant.Name, bundle(mutant.Mutant))));

    private MutantFamily Timestamp(string name)
    {
        var signed = Signed(_sigstore.Issue(_key));
        return Of(name, signed.Timestamps[0].ToArray(), stamp => Stamped(signed, stamp));
    }

    private MutantFamily CertificatePromise(string name)
    {
        var certificate = _sigstore.Issue(_key);
        var promises = SigningCertificate.Parse(certificate).Certificate.Extension("1.3.6.1.4.1.11129.2.4.2")!.Value.ToArray();
        return new(
            name, Signed(Resigned(certificate, promises, promises)).ToJson(), _sigstore.TrustedRoot, Policy,
            Enumerable.Range(0, promises.Length).Select(at =>
            {
                var changed = (byte[])promises.Clone();
                changed[at] ^= 1;
                return ($"/ byte {at} flipped", Signed(Resigned(certificate, promises, changed)).ToJson());
            }));
    }

    private MutantFamily Signature(string name)
    {
        var certificate = _sigstore.Issue(_key);
        return Of(name, Sign(Bytes), signature => Bundle.Create(
            certificate, MessageSignature.Over(Digest, signature), [_sigstore.Log(Digest, signature, certificate)], [_sigstore.Stamp(signature)]));
    }

    private MutantFamily EnvelopeSignature(string name)
    {
        var certificate = _sigstore.Issue(_key);
        var payload = _sigstore.Attest(Bytes).Envelope!.Payload.ToArray();
        var pae = DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, payload);
        return Of(name, Sign(pae), signature => Bundle.Create(
            certificate, new DsseEnvelope(DsseEnvelope.InTotoPayloadType, payload, signature), [_sigstore.Log(Sha256Digest.Of(pae), signature, certificate)], [_sigstore.Stamp(signature)]));
    }

    private MutantFamily LogPromise(string name)
    {
        var (signed, entry) = LoggedInRekor1();
        return Of(
            name, entry.InclusionPromise.ToArray(), promise => Bundle.Create(signed.Signer.Certificate, signed.MessageSignature!, [entry with { InclusionPromise = promise }], []),
            _log.In(_sigstore.TrustedRoot));
    }

    private MutantFamily IssuingCertificate(string name)
    {
        // A trusted root with the anchor alone: the bundle has to bring what is between.
        var (signed, entry) = LoggedInRekor1();
        var root = JsonNode.Parse(_log.In(_sigstore.TrustedRoot).ToJson())!;
        root["certificateAuthorities"]![0]!["certChain"]!["certificates"]!.AsArray().RemoveAt(0);
        var json = JsonNode.Parse(Bundle.Create(signed.Signer.Certificate, signed.MessageSignature!, [entry], []).ToJson())!;
        json["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.2";
        json["verificationMaterial"]!.AsObject().Remove("certificate");
        return Of(
            name, _sigstore.Issuer.RawBytes.ToArray(),
            issuer =>
            {
                json["verificationMaterial"]!["x509CertificateChain"] = new JsonObject
                {
                    ["certificates"] = new JsonArray(new[] { signed.Signer.Certificate, issuer }.Select(der => new JsonObject { ["rawBytes"] = Convert.ToBase64String(der.Span) }).ToArray()),
                };
                return System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
            },
            TrustedRoot.Parse(System.Text.Encoding.UTF8.GetBytes(root.ToJsonString())));
    }

    private MutantFamily GitHub(string name)
    {
        var signed = _github.Sign(Bytes);
        return Of(name, signed.Timestamps[0].ToArray(), stamp => Stamped(signed, stamp), _github.TrustedRoot, Policy with { Profile = TrustProfile.GitHub });
    }

    private MutantFamily Key(string name)
    {
        var (asked, signature) = (VerificationKey.Of(_key), Sign(Bytes));
        return Of(
            name, asked.Spki.ToArray(),
            spki => BundleKinds.WithKey(
                Bundle.Create(
                    "x"u8.ToArray(), MessageSignature.Over(Digest, signature),
                    [_sigstore.Log(new HashedRekordEntry(Digest.ToArray(), signature, spki, isCertificate: false, asked.Details).CanonicalBody())], [_sigstore.Stamp(signature)]),
                Convert.ToBase64String(asked.Id.Span)),
            policy: new VerificationPolicy { Key = asked });
    }

    /// <summary>An authority that signs once more, with other promises inside.</summary>
    private byte[] Resigned(byte[] certificate, byte[] promises, byte[] changed) =>
        _sigstore.Certify(DerNode.Replace(Certificate.Parse(certificate).Tbs.ToArray(), content => content.AsSpan().SequenceEqual(promises) ? changed : null));

    private Bundle Signed(byte[] certificate)
    {
        var signature = Sign(Bytes);
        return Bundle.Create(certificate, MessageSignature.Over(Digest, signature), [_sigstore.Log(Digest, signature, certificate)], [_sigstore.Stamp(signature)]);
    }

    private (Bundle Signed, LogEntry Entry) LoggedInRekor1()
    {
        var signed = Signed(_sigstore.Issue(_key));
        return (signed, _log.Log(InMemoryRekor1.HashedRekord("sha256", Digest.Span, signed.Signature.Span, Pem.OfCertificate(signed.Signer.Certificate.Span))));
    }

    private static Bundle Stamped(Bundle bundle, byte[] stamp) => Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, bundle.LogEntries, [stamp]);

    private byte[] Sign(byte[] bytes) => _key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
}
