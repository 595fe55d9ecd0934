using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SigningAction.Agent.Pipelines;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;

namespace SigningAction.Agent.Tests.Fakes;

/// <summary>
/// A whole Sigstore instance in memory with real keys: certificate authority, certificate log, signature log, timestamp authority, and the token service of a
/// runner. It believes every token. <see cref="Instead"/> lets a test put another answer in the place of one.
/// </summary>
public sealed class SmallSigstore : HttpMessageHandler
{
    public const string Url = "https://sign.test";
    public const string TokenUrl = Url + "/token?api-version=2.0";
    private static readonly TimeSpan Leaf = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time;
    private readonly ECDsa _rootKey = Key(), _caKey = Key(), _tsaRootKey = Key(), _tsaKey = Key(), _logKey = Key(), _ctKey = Key();
    private readonly Certificate _ca;
    private readonly TimestampSigner _stamps;
    private readonly NoteKey _note;
    private readonly List<byte[]> _leaves = [];

    public SmallSigstore(TimeProvider time)
    {
        _time = time;
        var start = time.GetUtcNow().AddHours(-1);
        var end = start.AddYears(1);
        var certificates = new AuthorityCertificateBuilder("Test", start);
        var root = certificates.Root("root", _rootKey, end);
        _ca = certificates.Intermediate("ca", VerificationKey.Of(_caKey), root, _rootKey, end);
        var tsaRoot = certificates.TimestampRoot("tsa root", _tsaRootKey, end);
        var tsa = certificates.TimestampLeaf("tsa", VerificationKey.Of(_tsaKey), tsaRoot, _tsaRootKey, end);
        _stamps = new TimestampSigner(tsa, _tsaKey);
        _note = NoteKey.ForLog("sign.test", VerificationKey.Of(_logKey));
        var validity = new Validity(start);
        Root = new TrustedRootBuilder { Operator = "test" }
            .AddLog(Url, VerificationKey.Of(_logKey), validity)
            .AddCertificateLog(Url + "/ct", VerificationKey.Of(_ctKey), validity)
            .AddCertificateAuthority(Url, "ca", [_ca.RawBytes, root.RawBytes], validity)
            .AddTimestampAuthority(Url + "/api/v1/timestamp", "tsa", [tsa.RawBytes, tsaRoot.RawBytes], validity)
            .Build();
        Config = SigningConfig.Create(
            new SigningService(Url, 1, validity, "test"),
            new SigningService(Url, 2, validity, "test"),
            new SigningService(Url + "/api/v1/timestamp", 1, validity, "test"));
    }

    public TrustedRoot Root { get; }

    public SigningConfig Config { get; }

    /// <summary>What the next certificates say; the issuer and subject come from the token unless they are set here.</summary>
    public Func<PipelineIdentity, PipelineIdentity> Identity { get; set; } = identity => identity;

    /// <summary>Token that the runner's token service hands out.</summary>
    public Func<string> Token { get; set; } = () => TestTokens.Create();

    /// <summary>Answers a path by hand; null lets the instance answer.</summary>
    public Func<string, byte[], HttpResponseMessage?> Instead { get; set; } = (_, _) => null;

    /// <summary>Paths in the order in which they were asked for.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Hosts that saw an Authorization header, with its value.</summary>
    public List<(string Path, string Value)> Authorizations { get; } = [];

    public long LogSize => _leaves.Count;

    public static HttpResponseMessage Answer(ReadOnlyMemory<byte> body, string type = "application/json", HttpStatusCode status = HttpStatusCode.OK)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return new HttpResponseMessage(status) { Content = content };
    }

    public static HttpResponseMessage Answer(string body, HttpStatusCode status = HttpStatusCode.OK) => Answer(Encoding.UTF8.GetBytes(body), status: status);

    /// <summary>Issues for a key, as the path <c>/api/v2/signingCert</c> does.</summary>
    public HttpResponseMessage Issue(byte[] spki, string issuer, string subject)
    {
        var now = _time.GetUtcNow();
        var builder = new SigningCertificateBuilder(_ca, _caKey);
        var identity = Identity(Workflow with { Issuer = issuer, Subject = subject });
        var precertificate = builder.BuildPrecertificate(identity, VerificationKey.Parse(spki), CertificateSerial.Create(), now, now + Leaf);
        var sct = SignedCertificateTimestamp.Sign(_ctKey, VerificationKey.Of(_ctKey).Id, precertificate.IssuerKeyId, precertificate.Tbs.Span, now, 7);
        var pem = PemEncoding.WriteString("CERTIFICATE", builder.Build(precertificate, [sct]));
        return Answer(JsonSerializer.Serialize(new { signedCertificateEmbeddedSct = new { chain = new { certificates = new[] { pem } } }, unknown = 1 }));
    }

    /// <summary>Appends a leaf and proves it, as the path <c>/api/v2/log/entries</c> does.</summary>
    public HttpResponseMessage Log(HashedRekordEntry entry)
    {
        lock (_leaves)
        {
            _leaves.Add(entry.CanonicalBody());
            var index = _leaves.Count - 1;
            var root = MerkleProof.Root(_leaves.Count, Subtree);
            var text = new Checkpoint("sign.test", _leaves.Count, root).ToText();
            var note = SignedNote.Format(text, [_note.Sign(text, _logKey, _time.GetUtcNow())]);
            return Answer(
                new LogEntry
                {
                    LogIndex = index,
                    LogId = _note.FullId.ToArray(),
                    Kind = HashedRekordEntry.Kind,
                    Version = HashedRekordEntry.Version,
                    InclusionProof = new InclusionProof(index, _leaves.Count, root, MerkleProof.Inclusion(index, _leaves.Count, Subtree), note),
                    CanonicalizedBody = _leaves[index],
                }.ToJson(),
                status: HttpStatusCode.Created);
        }
    }

    public HttpResponseMessage Stamp(TimestampRequest request) =>
        Answer(_stamps.Stamp(request, _time.GetUtcNow(), CertificateSerial.Create()), "application/timestamp-reply", HttpStatusCode.Created);

    /// <summary>The entry of a request body.</summary>
    public static HashedRekordEntry ReadEntry(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        var record = json.RootElement.GetProperty("hashedRekordRequestV002");
        var signature = record.GetProperty("signature");
        var verifier = signature.GetProperty("verifier");
        return new HashedRekordEntry(
            record.GetProperty("digest").GetBytesFromBase64(),
            signature.GetProperty("content").GetBytesFromBase64(),
            verifier.GetProperty("x509Certificate").GetProperty("rawBytes").GetBytesFromBase64(),
            isCertificate: true,
            verifier.GetProperty("keyDetails").GetString()!);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        lock (Asked)
        {
            Asked.Add(path);
            if (request.Headers.Authorization is { } authorization)
            {
                Authorizations.Add((path, authorization.ToString()));
            }
        }

        return Instead(path, body) ?? path switch
        {
            "/token" => Answer($$"""{"count":1,"value":"{{Token()}}"}"""),
            "/trusted_root.json" => Answer(Root.ToJson()),
            "/signing_config.json" => Answer(Config.ToJson()),
            "/api/v2/signingCert" => Issue(request, body),
            "/api/v2/log/entries" => Log(ReadEntry(body)),
            "/api/v1/timestamp" when TimestampRequest.TryParse(body, out var stamp, out _) => Stamp(stamp),
            _ => new HttpResponseMessage(HttpStatusCode.NotFound),
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rootKey.Dispose();
            _caKey.Dispose();
            _tsaRootKey.Dispose();
            _tsaKey.Dispose();
            _logKey.Dispose();
            _ctKey.Dispose();
        }

        base.Dispose(disposing);
    }

    private HttpResponseMessage Issue(HttpRequestMessage request, byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        var wanted = json.RootElement.GetProperty("publicKeyRequest");
        using var key = ECDsa.Create();
        key.ImportFromPem(wanted.GetProperty("publicKey").GetProperty("content").GetString());
        var token = IdentityToken.Parse(request.Headers.Authorization!.Parameter!);
        return key.VerifyData(
            Encoding.UTF8.GetBytes(token.Subject),
            wanted.GetProperty("proofOfPossession").GetBytesFromBase64(),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence)
            ? Issue(key.ExportSubjectPublicKeyInfo(), token.Issuer, token.Subject)
            : Answer("""{"code":3,"message":"The signature supplied in the request could not be verified","details":[]}""", HttpStatusCode.BadRequest);
    }

    private Sha256Digest Subtree(int level, long index) => level == 0
        ? MerkleTree.LeafHash(_leaves[(int)index])
        : MerkleTree.NodeHash(Subtree(level - 1, 2 * index), Subtree(level - 1, (2 * index) + 1));

    private static PipelineIdentity Workflow => new()
    {
        Issuer = "",
        Subject = "",
        SignerUri = "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main",
        SignerDigest = new string('a', 40),
        RunnerEnvironment = "github-hosted",
        RepositoryUri = "https://github.com/octo/app",
        SourceDigest = new string('b', 40),
        SourceRef = "refs/heads/main",
        RepositoryId = "74",
        OwnerUri = "https://github.com/octo",
        OwnerId = "7",
        CallerUri = "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main",
        CallerDigest = new string('a', 40),
        Event = "push",
        RunUri = "https://github.com/octo/app/actions/runs/1/attempts/1",
        Visibility = "public",
    };

    private static ECDsa Key() => ECDsa.Create(ECCurve.NamedCurves.nistP256);
}
