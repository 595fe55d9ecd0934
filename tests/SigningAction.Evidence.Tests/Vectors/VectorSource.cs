using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Tests.Certificates;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Vectors;

/// <summary>The instance that signs the cases, a stranger, a log of Rekor v1, and the changes that the recipes make. Keys are new each time and are thrown away.</summary>
internal sealed class VectorSource : IDisposable
{
    public static readonly byte[] Bytes = Vector.SignedBytes;

    public InMemorySigstore Sigstore { get; } = new();

    public InMemorySigstore Stranger { get; } = new("stranger.example");

    public InMemorySigstore GitHub { get; } = InMemorySigstore.GitHub();

    public InMemoryRekor1 Rekor1 { get; } = new();

    public ECDsa Key { get; } = InMemorySigstore.NewKey();

    public void Dispose()
    {
        Sigstore.Dispose();
        Stranger.Dispose();
        GitHub.Dispose();
        Rekor1.Dispose();
        Key.Dispose();
    }

    public byte[] Root => Sigstore.TrustedRoot.ToJson();

    public byte[] RootWithRekor1 => Rekor1.In(Sigstore.TrustedRoot).ToJson();

    public Vector Of(FailureCode code, string name, string why, Bundle bundle) => Of(code, name, why, bundle.ToJson());

    public Vector Of(FailureCode code, string name, string why, byte[] bundle) =>
        new(code == FailureCode.None ? name : name + "_fail", code, why, bundle, Root);

    /// <summary>A good signature, its JSON changed.</summary>
    public byte[] Signed(Action<JsonNode> change) => Edit(Sigstore.Sign(Bytes).ToJson(), change);

    /// <summary>A good attestation, its JSON changed.</summary>
    public byte[] Attested(Action<JsonNode> change) => Edit(Sigstore.Attest(Bytes).ToJson(), change);

    /// <summary>A good signature, its only log entry changed.</summary>
    public Bundle Logged(Func<LogEntry, Bundle, LogEntry> change)
    {
        var bundle = Sigstore.Sign(Bytes);
        return With(bundle, entries: [change(bundle.LogEntries[0], bundle)]);
    }

    /// <summary>A good signature with another timestamp.</summary>
    public Bundle Stamped(Func<Bundle, byte[]> stamp)
    {
        var bundle = Sigstore.Sign(Bytes);
        return With(bundle, timestamps: [stamp(bundle)]);
    }

    /// <summary>A signature by a key of this certificate, everything around it in order.</summary>
    public Bundle SignedBy(byte[] certificate, ECDsa? key = null, DateTimeOffset? time = null)
    {
        var signature = (key ?? Key).SignData(Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var digest = Sha256Digest.Of(Bytes);
        return Bundle.Create(certificate, MessageSignature.Over(digest, signature), [Sigstore.Log(digest, signature, certificate)], [Sigstore.Stamp(signature, time)]);
    }

    /// <summary>A certificate that the instance's authority signed, with any fault.</summary>
    public byte[] Forged(Action<CertificateForge> change)
    {
        var workflow = InMemorySigstore.Workflow;
        return CertificateForge.Leaf(Key)
            .With(leaf => (leaf.Issuer, leaf.NotBefore, leaf.NotAfter) = (Sigstore.Issuer.Subject.RawBytes.ToArray(), InMemorySigstore.Now, InMemorySigstore.Now.AddMinutes(10)))
            .WithExtension(CertificateForge.SanUri(workflow.SignerUri))
            .WithExtension(CertificateForge.Issuer1(workflow.Issuer))
            .With(change)
            .Sign(Sigstore.IssuerKey);
    }

    /// <summary>A signature in a log of Rekor v1, with its promise.</summary>
    public Bundle InRekor1(Func<LogEntry, LogEntry>? change = null)
    {
        var bundle = Sigstore.Sign(Bytes);
        var body = InMemoryRekor1.HashedRekord("sha256", Sha256Digest.Of(Bytes).Span, bundle.Signature.Span, Pem.OfCertificate(bundle.Signer.Certificate.Span));
        var entry = Rekor1.Log(body);
        return With(bundle, entries: [change?.Invoke(entry) ?? entry], timestamps: []);
    }

    /// <summary>An attestation in a log of Rekor v1, with its promise.</summary>
    public Bundle AttestedInRekor1()
    {
        var bundle = Sigstore.Attest(Bytes);
        var entry = Rekor1.Log(InMemoryRekor1.Dsse(bundle.Envelope!, Pem.OfCertificate(bundle.Signer.Certificate.Span)));
        return With(bundle, entries: [entry], timestamps: []);
    }

    /// <summary>A signature in a log of Rekor v1, in the form of v0.2.</summary>
    public byte[] InV02() => Edit(InRekor1().ToJson(), json =>
    {
        json["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.2";
        var material = json["verificationMaterial"]!.AsObject();
        var certificate = material["certificate"]!.DeepClone();
        material.Remove("certificate");
        material["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(certificate) };
    });

    /// <summary>A signature of GitHub's own instance. It has options of its own, so that nobody is asked who would ask for a log.</summary>
    public Vector Github(FailureCode code, string name, string why, Func<Bundle, Bundle> change) =>
        Of(code, name, why, change(GitHub.Sign(Bytes))) with { TrustedRoot = GitHub.TrustedRoot.ToJson(), Options = ["--repo", "octo/app"] };

    /// <summary>A signature by <see cref="Key"/> without a certificate.</summary>
    public byte[] ByKey()
    {
        var (key, signature, digest) = (VerificationKey.Of(Key), Key.SignData(Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence), Sha256Digest.Of(Bytes));
        var entry = Sigstore.Log(new HashedRekordEntry(digest.ToArray(), signature, key.Spki, isCertificate: false, key.Details).CanonicalBody());
        return Edit(Bundle.Create("x"u8.ToArray(), MessageSignature.Over(digest, signature), [entry], [Sigstore.Stamp(signature)]).ToJson(), json =>
        {
            var material = json["verificationMaterial"]!.AsObject();
            material.Remove("certificate");
            material["publicKey"] = new JsonObject { ["hint"] = Convert.ToBase64String(key.Id.Span) };
        });
    }

    public byte[] EditedRoot(Action<JsonNode> change) => Edit(Root, change);

    public static Bundle With(Bundle bundle, IReadOnlyList<LogEntry>? entries = null, IReadOnlyList<ReadOnlyMemory<byte>>? timestamps = null) => bundle.Envelope is null
        ? Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, entries ?? bundle.LogEntries, timestamps ?? bundle.Timestamps)
        : Bundle.Create(bundle.Signer.Certificate, bundle.Envelope, entries ?? bundle.LogEntries, timestamps ?? bundle.Timestamps);

    public static byte[] Edit(byte[] json, Action<JsonNode> change)
    {
        var node = JsonNode.Parse(json)!;
        change(node);
        return System.Text.Encoding.UTF8.GetBytes(node.ToJsonString(Readable));
    }

    /// <summary>Base64 with its plus signs, as other clients write it.</summary>
    private static System.Text.Json.JsonSerializerOptions Readable { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
