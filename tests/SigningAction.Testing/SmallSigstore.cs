using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;

namespace SigningAction.Testing;

/// <summary>
/// The HTTP face of <see cref="InMemorySigstore"/>, with the token service of a runner and a log of Rekor v1 beside it. It believes every token.
/// <see cref="Instead"/> lets a test put another answer in the place of one.
/// </summary>
public sealed class SmallSigstore(TimeProvider time, InMemorySigstore? instance = null) : HttpMessageHandler
{
    public const string Url = "https://sign.test";
    public const string TokenUrl = Url + "/token?api-version=2.0";

    private readonly InMemorySigstore _sigstore = instance ?? new("sign.test");
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LogEntry> _entries = new(StringComparer.Ordinal);

    public TrustedRoot Root => _sigstore.TrustedRoot;

    /// <summary>The log of version 1; the root does not list it unless a test adds it.</summary>
    public SmallRekor1 Rekor1 { get; } = new(time);

    public SigningConfig Config { get; } = SigningConfig.Create(
        new SigningService(Url, 1, new Validity(InMemorySigstore.Start), "test"),
        new SigningService(Url, 2, new Validity(InMemorySigstore.Start), "test"),
        new SigningService(Url + "/api/v1/timestamp", 1, new Validity(InMemorySigstore.Start), "test"));

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

    /// <summary>Entries that were logged.</summary>
    public int Logged => _entries.Count;

    /// <summary>Whether it says of an entry that it has already only that and where (409), as rekor-tiles does; otherwise it gives the same answer again.</summary>
    public bool Conflicts { get; set; }

    /// <summary>The signing config that it serves in the place of its own.</summary>
    public SigningConfig? ServedConfig { get; set; }

    /// <summary>The trusted root that it serves in the place of its own.</summary>
    public TrustedRoot? ServedRoot { get; set; }

    /// <summary>A signing config for the place at which this is served.</summary>
    /// <param name="url">Base URL.</param>
    /// <param name="timestamps">Whether there is a timestamp authority.</param>
    /// <param name="logVersions">API versions of its logs.</param>
    public static byte[] ConfigAt(string url, bool timestamps, params int[] logVersions)
    {
        var always = new Validity(InMemorySigstore.Start);
        var json = JsonNode.Parse(SigningConfig.Create(
            new SigningService(url, 1, always, "test"), [.. logVersions.Select(version => new SigningService(url, version, always, "test"))], new SigningService(url + "/api/v1/timestamp", 1, always, "test")).ToJson())!;
        if (!timestamps)
        {
            json["tsaUrls"] = new JsonArray();
        }

        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    public static HttpResponseMessage Answer(ReadOnlyMemory<byte> body, string type = "application/json", HttpStatusCode status = HttpStatusCode.OK)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return new HttpResponseMessage(status) { Content = content };
    }

    public static HttpResponseMessage Answer(string body, HttpStatusCode status = HttpStatusCode.OK) => Answer(Encoding.UTF8.GetBytes(body), status: status);

    /// <summary>Issues for a key, as the path <c>/api/v2/signingCert</c> does.</summary>
    public HttpResponseMessage Issue(ECDsa key, string issuer, string subject)
    {
        var identity = Identity(InMemorySigstore.Workflow with { Issuer = issuer, Subject = subject });
        var pem = PemEncoding.WriteString("CERTIFICATE", _sigstore.Issue(key, time.GetUtcNow(), identity));
        var signed = new { chain = new { certificates = new[] { pem } } };

        // A Fulcio without a certificate log calls the certificate one whose SCT is detached, and has none.
        return Answer(_sigstore.KeepsLogs
            ? JsonSerializer.Serialize(new { signedCertificateEmbeddedSct = signed, unknown = 1 })
            : JsonSerializer.Serialize(new { signedCertificateDetachedSct = signed }));
    }

    /// <summary>Appends an entry and proves it, as the path <c>/api/v2/log/entries</c> does.</summary>
    public HttpResponseMessage Log(HashedRekordEntry entry)
    {
        lock (_lock)
        {
            var body = entry.CanonicalBody();
            var key = Convert.ToBase64String(body);
            if (_entries.TryGetValue(key, out var known) && Conflicts)
            {
                var conflict = Answer("""{"code":6,"message":"dup"}""", HttpStatusCode.Conflict);
                conflict.Headers.Add("x-log-index", known.LogIndex.ToString(System.Globalization.CultureInfo.InvariantCulture));
                return conflict;
            }

            return Answer((_entries[key] = known ?? _sigstore.Log(body)).ToJson(), status: HttpStatusCode.Created);
        }
    }

    public HttpResponseMessage Stamp(TimestampRequest request) =>
        Answer(_sigstore.Stamp(request, time.GetUtcNow()), "application/timestamp-reply", HttpStatusCode.Created);

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
            SmallRekor1.Path => Rekor1.Append(body),
            _ when path.StartsWith(SmallRekor1.Path + "/", StringComparison.Ordinal) => Rekor1.Find(path),
            "/token" => Answer($$"""{"count":1,"value":"{{Token()}}"}"""),
            "/trusted_root.json" => Answer((ServedRoot ?? Root).ToJson()),
            "/signing_config.json" => Answer((ServedConfig ?? Config).ToJson()),
            "/api/v2/signingCert" => Issue(request, body),
            "/api/v2/log/entries" when _sigstore.KeepsLogs => Log(ReadEntry(body)),
            "/api/v2/checkpoint" => Answer(Encoding.UTF8.GetBytes(_sigstore.LatestCheckpoint()), "text/plain"),
            _ when path.StartsWith("/api/v2/tile/0/000", StringComparison.Ordinal) => Answer(_sigstore.LeafTile(), "application/octet-stream"),
            "/api/v1/timestamp" when TimestampRequest.TryParse(body, out var stamp, out _) => Stamp(stamp),
            _ => new HttpResponseMessage(HttpStatusCode.NotFound),
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sigstore.Dispose();
            Rekor1.Dispose();
        }

        base.Dispose(disposing);
    }

    private HttpResponseMessage Issue(HttpRequestMessage request, byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        var wanted = json.RootElement.GetProperty("publicKeyRequest");
        using var key = ECDsa.Create();
        key.ImportFromPem(wanted.GetProperty("publicKey").GetProperty("content").GetString());
        var (issuer, subject) = Claims(request.Headers.Authorization!.Parameter!);
        return key.VerifyData(
            Encoding.UTF8.GetBytes(subject),
            wanted.GetProperty("proofOfPossession").GetBytesFromBase64(),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence)
            ? Issue(key, issuer, subject)
            : Answer("""{"code":3,"message":"The signature supplied in the request could not be verified","details":[]}""", HttpStatusCode.BadRequest);
    }

    private static (string Issuer, string Subject) Claims(string token)
    {
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
        return (claims.RootElement.GetProperty("iss").GetString()!, claims.RootElement.GetProperty("sub").GetString()!);
    }
}
