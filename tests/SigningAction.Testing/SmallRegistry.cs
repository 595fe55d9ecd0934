using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Testing;

/// <summary>One repository of a registry with its token service. It takes a manifest only with the blobs and the subject that it names, and a conditional PUT only when nothing changed.</summary>
public sealed class SmallRegistry : HttpMessageHandler
{
    public const string Host = "registry.test";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (byte[] Content, string Type)> _manifests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);

    /// <summary>An image that is there from the start: a multi-arch index.</summary>
    public static byte[] Image { get; } = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"""u8.ToArray();

    public static Sha256Digest Digest { get; } = Sha256Digest.Of(Image);

    private readonly string _repository;
    private readonly Sha256Digest _digest;

    public SmallRegistry()
        : this("octo/app", Image)
    {
    }

    /// <summary>With another repository and another image in it.</summary>
    public SmallRegistry(string repository, byte[] image)
    {
        (_repository, _digest) = (repository, Sha256Digest.Of(image));
        _manifests[$"sha256:{_digest}"] = (image, "application/vnd.oci.image.index.v1+json");
    }

    public bool HasReferrers { get; set; } = true;

    public bool HasETags { get; set; } = true;

    /// <summary>What the referrers API answers in the place of its list.</summary>
    public string? ReferrersText { get; set; }

    /// <summary>Address of the token service that it names; null for Basic.</summary>
    public string? Realm { get; set; } = $"https://{Host}/token";

    public string UploadBase { get; set; } = "";

    /// <summary>The only Authorization that its token service takes; null for everybody.</summary>
    public string? Wants { get; set; }

    public List<(string Method, string Host, string Path, string? Authorization)> Seen { get; } = [];

    /// <summary>Runs before a manifest is put under a tag.</summary>
    public Action<SmallRegistry> BeforeTag { get; set; } = _ => { };

    /// <summary>Media type and annotations of what refers to the image, by digest.</summary>
    public IEnumerable<JsonNode> Referrers => _manifests.Values
        .Select(m => JsonNode.Parse(m.Content)!)
        .Where(m => m["subject"]?["digest"]?.GetValue<string>() == $"sha256:{_digest}");

    public List<string> Tagged => _manifests.TryGetValue($"sha256-{_digest}", out var index)
        ? [.. JsonNode.Parse(index.Content)!["manifests"]!.AsArray().Select(m => m!["digest"]!.GetValue<string>())]
        : [];

    public byte[] Blob(string digest) => _blobs[digest];

    public void Put(string name, string content, string type) => _manifests[name] = (Encoding.UTF8.GetBytes(content), type);

    /// <summary>Another client adds its line to the fallback tag.</summary>
    public void AddToTag(string digest)
    {
        var index = _manifests.TryGetValue($"sha256-{_digest}", out var old) ? JsonNode.Parse(old.Content)! : new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = "application/vnd.oci.image.index.v1+json", ["manifests"] = new JsonArray() };
        index["manifests"]!.AsArray().Add(new JsonObject { ["mediaType"] = "x", ["digest"] = digest, ["size"] = 1, ["theirs"] = "kept" });
        Put($"sha256-{_digest}", index.ToJsonString(), "application/vnd.oci.image.index.v1+json");
    }

    public string TagText => Encoding.UTF8.GetString(_manifests[$"sha256-{_digest}"].Content);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        lock (_lock)
        {
            var authorization = request.Headers.Authorization?.ToString();
            var uri = request.RequestUri!;
            Seen.Add((request.Method.Method, uri.Host, uri.AbsolutePath, authorization));
            if (uri.AbsolutePath == "/token")
            {
                return Wants is null || authorization == Wants || Encoding.UTF8.GetString(body).Contains(Wants, StringComparison.Ordinal)
                    ? Answer("""{"token":"registry-token-canary-77aa"}""", "application/json") : new HttpResponseMessage(HttpStatusCode.Unauthorized);
            }

            return uri.Host == Host && authorization != (Realm is null ? Wants : "Bearer registry-token-canary-77aa") ? Challenge() : Do(request, uri, body);
        }
    }

    private HttpResponseMessage Challenge()
    {
        var answer = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ParseAdd(Realm is null ? "Basic realm=\"r\"" : $"Bearer realm=\"{Realm}\",service=\"{Host}\",scope=\"repository:{_repository}:pull,push\"");
        return answer;
    }

    private HttpResponseMessage Do(HttpRequestMessage request, Uri uri, byte[] body)
    {
        var path = uri.AbsolutePath;
        var manifests = $"/v2/{_repository}/manifests/";
        var blobs = $"/v2/{_repository}/blobs/";
        return request.Method.Method switch
        {
            "GET" or "HEAD" when path.StartsWith(manifests, StringComparison.Ordinal) => Manifest(path[manifests.Length..]),
            "PUT" when path.StartsWith(manifests, StringComparison.Ordinal) => PutManifest(request, path[manifests.Length..], body),
            "HEAD" when path.StartsWith(blobs, StringComparison.Ordinal) => new HttpResponseMessage(_blobs.ContainsKey(path[blobs.Length..]) ? HttpStatusCode.OK : HttpStatusCode.NotFound),
            "POST" when path == blobs + "uploads/" => new HttpResponseMessage(HttpStatusCode.Accepted) { Headers = { Location = new Uri($"{UploadBase}/upload/1?state=x", UriKind.RelativeOrAbsolute) } },
            "PUT" when path == "/upload/1" => PutBlob(uri, body),
            "GET" when HasReferrers && path == $"/v2/{_repository}/referrers/sha256:{_digest}" => Answer(
                ReferrersText ?? new JsonObject
                {
                    ["schemaVersion"] = 2,
                    ["manifests"] = new JsonArray([.. _manifests.Where(m => JsonNode.Parse(m.Value.Content)!["subject"] is not null)
                        .Select(m => (JsonNode)new JsonObject { ["mediaType"] = m.Value.Type, ["digest"] = m.Key, ["size"] = m.Value.Content.Length })]),
                }.ToJsonString(),
                "application/vnd.oci.image.index.v1+json"),
            _ => new HttpResponseMessage(HttpStatusCode.NotFound),
        };
    }

    private HttpResponseMessage Manifest(string reference)
    {
        if (!_manifests.TryGetValue(reference, out var found))
        {
            return new HttpResponseMessage(HttpStatusCode.NotFound);
        }

        var answer = Answer(Encoding.UTF8.GetString(found.Content), found.Type);
        if (HasETags)
        {
            answer.Headers.ETag = ETag(found.Content);
        }

        return answer;
    }

    private HttpResponseMessage PutManifest(HttpRequestMessage request, string reference, byte[] body)
    {
        if (reference.StartsWith("sha256-", StringComparison.Ordinal))
        {
            BeforeTag(this);
            if (request.Headers.IfMatch.FirstOrDefault() is { } wanted && !wanted.Equals(ETag(_manifests[reference].Content)))
            {
                return new HttpResponseMessage(HttpStatusCode.PreconditionFailed);
            }
        }
        else
        {
            var manifest = JsonNode.Parse(body)!;
            string[] needed = [manifest["config"]!["digest"]!.GetValue<string>(), manifest["layers"]![0]!["digest"]!.GetValue<string>()];
            if (reference != $"sha256:{Sha256Digest.Of(body)}" || !needed.All(_blobs.ContainsKey))
            {
                return new HttpResponseMessage(HttpStatusCode.BadRequest);
            }
        }

        _manifests[reference] = (body, request.Content!.Headers.ContentType!.MediaType!);
        return new HttpResponseMessage(HttpStatusCode.Created);
    }

    private HttpResponseMessage PutBlob(Uri uri, byte[] body)
    {
        var digest = Uri.UnescapeDataString(uri.Query.Split("digest=")[1]);
        if (digest != $"sha256:{Sha256Digest.Of(body)}" || !uri.Query.Contains("state=x", StringComparison.Ordinal))
        {
            return new HttpResponseMessage(HttpStatusCode.BadRequest);
        }

        _blobs[digest] = body;
        return new HttpResponseMessage(HttpStatusCode.Created);
    }

    private static EntityTagHeaderValue ETag(byte[] content) => new(string.Create(CultureInfo.InvariantCulture, $"\"{Sha256Digest.Of(content)}\""));

    private static HttpResponseMessage Answer(string body, string type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }
}
