using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Testing.Mutants;

/// <summary>A bundle of every kind that verifies, and copies of it with each member of the JSON broken in every way. Keys are fresh, forms and lengths always the same.</summary>
public sealed class BundleKinds : IDisposable
{
    private static readonly VerificationPolicy ByRepository = new() { Repository = "octo/app" };
    private readonly InMemorySigstore _sigstore = new(newKey: () => new EvenKey());
    private readonly InMemoryRekor1 _log = new(newKey: () => new EvenKey());
    private readonly InMemorySigstore _github = InMemorySigstore.GitHub(newKey: () => new EvenKey());
    private readonly InMemorySigstore _unseen = new(keepsLogs: false, newKey: () => new EvenKey());
    private readonly InMemoryCertificateLog _certificateLog = new();
    private readonly EvenKey _key = new();

    /// <summary>The artifact of all of them.</summary>
    public static ReadOnlyMemory<byte> Artifact { get; } = "the artifact"u8.ToArray();

    /// <summary>Every kind, by name.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "signature", "attestation", "v0.1 with promise and proof", "v0.1 with promise alone", "v0.2", "rekor1 signature", "rekor1 attestation", "rekor1 in-toto",
        "rekor1 with proof and timestamp", "managed key", "managed key in rekor1", "GitHub", "dsse 0.0.2", "cosigned", "detached promise",
    ];

    /// <summary>The kinds whose log of Rekor v1 can be made to hold a broken body.</summary>
    public static IReadOnlyList<string> Loggable { get; } = ["rekor1 signature", "rekor1 attestation", "rekor1 in-toto"];

    /// <summary>A bundle of a kind, and it with each member broken.</summary>
    public MutantFamily Make(string name)
    {
        var (bundle, root, policy) = Good(name);
        return new MutantFamily(name, bundle, root, policy, JsonMutants.Of(bundle));
    }

    /// <summary>A bundle of a kind, and it with each member of its entry's body broken, which the log holds all the same.</summary>
    public MutantFamily MakeLogged(string name)
    {
        var (json, root, policy) = Good(name);
        var bundle = Bundle.Parse(json);
        return new MutantFamily(
            $"body of {name}", json, root, policy, JsonMutants.Of(bundle.LogEntries[0].CanonicalizedBody.ToArray()).Select(body => (body.Name, Logged(bundle, body.Mutant).ToJson())));
    }

    private (byte[] Bundle, TrustedRoot Root, VerificationPolicy Policy) Good(string name)
    {
        var root = _log.In(_sigstore.TrustedRoot);
        switch (name)
        {
            case "signature":
                return (_sigstore.Sign(Bytes).ToJson(), root, ByRepository);
            case "attestation":
                return (_sigstore.Attest(Bytes).ToJson(), root, ByRepository);
            case "v0.1 with promise and proof":
                return (Old(Rekor1Signature(), "0.1"), root, ByRepository);
            case "v0.1 with promise alone":
                return (Old(Rekor1Signature(), "0.1", json => json["verificationMaterial"]!["tlogEntries"]![0]!.AsObject().Remove("inclusionProof")), root, ByRepository);
            case "v0.2":
                return (Old(Rekor1Signature(), "0.2"), root, ByRepository);
            case "rekor1 signature":
                return (Rekor1Signature().ToJson(), root, ByRepository);
            case "rekor1 attestation":
                return (Rekor1Attestation(InMemoryRekor1.Dsse).ToJson(), root, ByRepository);
            case "rekor1 in-toto":
                return (Rekor1Attestation(InMemoryRekor1.Intoto).ToJson(), root, ByRepository);
            case "rekor1 with proof and timestamp":
                var bundle = Rekor1Signature();
                return (Bundle.Create(
                    bundle.Signer.Certificate, bundle.MessageSignature!, [bundle.LogEntries[0] with { InclusionPromise = default }], [_sigstore.Stamp(bundle.Signature.Span)]).ToJson(), root, ByRepository);
            case "managed key" or "managed key in rekor1":
                return (Utf8(ByKey(name == "managed key").ToJsonString()), root, new VerificationPolicy { Key = VerificationKey.Of(_key) });
            case "GitHub":
                return (_github.Sign(Bytes).ToJson(), _github.TrustedRoot, ByRepository with { Profile = TrustProfile.GitHub });
            case "dsse 0.0.2":
                var attested = _sigstore.Attest(Bytes);
                var logged = _sigstore.Log(Utf8(InMemorySigstore.DsseV2(attested.Envelope!, attested.Signer.Certificate))) with { Kind = "dsse" };
                return (Bundle.Create(attested.Signer.Certificate, attested.Envelope!, [logged], attested.Timestamps).ToJson(), root, ByRepository);
            case "cosigned":
                var witness = WitnessSigner.Ed25519Key("w.example/a");
                var json = JsonNode.Parse(_sigstore.Sign(Bytes).ToJson())!;
                var checkpoint = json["verificationMaterial"]!["tlogEntries"]![0]!["inclusionProof"]!["checkpoint"]!;
                checkpoint["envelope"] = witness.Cosign((string)checkpoint["envelope"]!, 1_780_315_240);
                return (Utf8(json.ToJsonString()), root, ByRepository with { Witnesses = WitnessPolicy.Parse(Utf8($"witness A {witness.Vkey}\nquorum A\n")) });
            case "detached promise":
                var unseen = _unseen.Sign(Bytes);
                var entry = _log.Log(InMemoryRekor1.HashedRekord("sha256", Sha256Digest.Of(Bytes).Span, unseen.Signature.Span, Pem.OfCertificate(unseen.Signer.Certificate.Span)));
                return (
                    Bundle.Create(unseen.Signer.Certificate, unseen.MessageSignature!, [entry with { InclusionPromise = default }], unseen.Timestamps).ToJson(), _certificateLog.In(_log.In(_unseen.TrustedRoot)),
                    ByRepository with { DangerouslyAcceptDetachedScts = [SignedCertificateTimestamp.Parse(_certificateLog.Promise(unseen.Signer.Certificate.Span))] });
            default:
                throw new ArgumentOutOfRangeException(nameof(name));
        }
    }

    /// <summary>The bundle with a key's hint in place of its certificate.</summary>
    public static Bundle WithKey(Bundle bundle, string hint) => Bundle.Parse(Utf8(Keyed(bundle, hint).ToJsonString()));

    /// <summary>The bundle with another body in the place of its entry's, which its log of Rekor v1 holds.</summary>
    private Bundle Logged(Bundle bundle, byte[] body)
    {
        var entry = _log.Log(body, bundle.LogEntries[0].Kind, bundle.LogEntries[0].Version);
        return bundle.Envelope is null
            ? Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, [entry], [])
            : Bundle.Create(bundle.Signer.Certificate, bundle.Envelope, [entry], []);
    }

    public void Dispose()
    {
        _unseen.Dispose();
        _certificateLog.Dispose();
        _sigstore.Dispose();
        _log.Dispose();
        _github.Dispose();
        _key.Dispose();
    }

    private static byte[] Bytes => Artifact.ToArray();

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static JsonNode Keyed(Bundle bundle, string hint)
    {
        var json = JsonNode.Parse(bundle.ToJson())!;
        var material = json["verificationMaterial"]!.AsObject();
        material.Remove("certificate");
        material["publicKey"] = new JsonObject { ["hint"] = hint };
        return json;
    }

    private static byte[] Old(Bundle bundle, string version, Action<JsonNode>? change = null)
    {
        var json = JsonNode.Parse(bundle.ToJson())!;
        var material = json["verificationMaterial"]!.AsObject();
        var certificate = material["certificate"]!.DeepClone();
        material.Remove("certificate");
        material["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(certificate) };
        json["mediaType"] = $"application/vnd.dev.sigstore.bundle+json;version={version}";
        change?.Invoke(json);
        return Utf8(json.ToJsonString());
    }

    private Bundle Rekor1Signature()
    {
        var signed = _sigstore.Sign(Bytes);
        var entry = _log.Log(InMemoryRekor1.HashedRekord("sha256", Sha256Digest.Of(Bytes).Span, signed.Signature.Span, Pem.OfCertificate(signed.Signer.Certificate.Span)));
        return Bundle.Create(signed.Signer.Certificate, signed.MessageSignature!, [entry], []);
    }

    private Bundle Rekor1Attestation(Func<DsseEnvelope, string, string> body)
    {
        var attested = _sigstore.Attest(Bytes);
        var entry = _log.Log(body(attested.Envelope!, Pem.OfCertificate(attested.Signer.Certificate.Span)));
        return Bundle.Create(attested.Signer.Certificate, attested.Envelope!, [entry], []);
    }

    private JsonNode ByKey(bool stamped)
    {
        var (key, digest) = (VerificationKey.Of(_key), Sha256Digest.Of(Bytes));
        var signature = _key.SignData(Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var entry = stamped
            ? _sigstore.Log(new HashedRekordEntry(digest.ToArray(), signature, key.Spki, isCertificate: false, key.Details).CanonicalBody())
            : _log.Log(InMemoryRekor1.HashedRekord("sha256", digest.Span, signature, InMemoryRekor1.Pem(key)));
        return Keyed(Bundle.Create("x"u8.ToArray(), MessageSignature.Over(digest, signature), [entry], stamped ? [_sigstore.Stamp(signature)] : []), Convert.ToBase64String(key.Id.Span));
    }
}
