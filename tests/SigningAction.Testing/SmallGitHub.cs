using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Testing;

/// <summary>Attestations and releases of one repository, as GitHub's API keeps them. It stores every attestation that comes, also twice.</summary>
public sealed class SmallGitHub : HttpMessageHandler
{
    public const string Api = "https://api.github.test";
    public const string Uploads = "https://uploads.github.test";
    public const string Token = "ghs_canary0000000000000000000000000000";

    private readonly Lock _lock = new();
    private long _next = 100;

    public List<string> Attestations { get; } = [];

    /// <summary>Storage records as they came; the same again is the one that is there.</summary>
    public List<string> StorageRecords { get; } = [];

    public List<(long Id, string Name, byte[] Content, string State)> Assets { get; } = [];

    public bool HasRelease { get; set; } = true;

    public bool Draft { get; set; }

    public bool Immutable { get; set; }

    public string UploadUrl { get; set; } = Uploads + "/repos/octo/app/releases/7/assets{?name,label}";

    public List<string> Asked { get; } = [];

    /// <summary>Host and Authorization of each request.</summary>
    public List<(string Host, string? Authorization)> Seen { get; } = [];

    /// <summary>Sees a request before it is done: an answer in its place, or null.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Before { get; set; } = _ => null;

    /// <summary>Sees a request after it was done: an answer in the place of the true one, which is then lost.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> After { get; set; } = _ => null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        lock (_lock)
        {
            Asked.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            Seen.Add((request.RequestUri.Host, request.Headers.Authorization?.ToString()));
            if (Before(request) is { } instead)
            {
                return instead;
            }

            var answer = Do(request.Method.Method, request.RequestUri, body);
            return After(request) ?? answer;
        }
    }

    private HttpResponseMessage Do(string method, Uri uri, byte[] body) => (method, uri.AbsolutePath) switch
    {
        ("POST", "/repos/octo/app/attestations") => Attest(body),
        ("GET", var path) when path.StartsWith("/repos/octo/app/attestations/", StringComparison.Ordinal) =>
            Attestations.Count == 0 ? Answer("{}", HttpStatusCode.NotFound)
            : Answer($$"""{"attestations":[{{string.Join(',', Attestations.Select(a => $$"""{"bundle":{{a}},"repository_id":1,"bundle_url":"https://blob.test/x"}"""))}}]}"""),
        ("GET", "/repos/octo/app/releases/tags/v1") when HasRelease && !Draft => Answer(Release()),
        ("GET", "/repos/octo/app/releases") => Answer(HasRelease ? $"[{Release()}]" : "[]"),
        ("GET", "/repos/octo/app/releases/7/assets") => Answer(JsonSerializer.Serialize(Assets.Select(Asset))),
        ("POST", "/repos/octo/app/releases/7/assets") => Upload(uri, body),
        ("DELETE", var path) when path.StartsWith("/repos/octo/app/releases/assets/", StringComparison.Ordinal) => Delete(path),
        ("POST", "/orgs/octo/artifacts/metadata/storage-record") => Answer($$"""{"total_count":1,"storage_records":[{"id":{{Record(Encoding.UTF8.GetString(body))}}}]}"""),
        _ => Answer("""{"message":"Not Found"}""", HttpStatusCode.NotFound),
    };

    private HttpResponseMessage Attest(byte[] body)
    {
        Attestations.Add(JsonNode.Parse(body)!["bundle"]!.ToJsonString());
        return Answer($$"""{"id":{{_next++}}}""", HttpStatusCode.Created);
    }

    private int Record(string record)
    {
        if (!StorageRecords.Contains(record))
        {
            StorageRecords.Add(record);
        }

        return StorageRecords.IndexOf(record) + 1;
    }

    private string Release() => $$"""{"id":7,"tag_name":"v1","draft":{{(Draft ? "true" : "false")}},"immutable":{{(Immutable ? "true" : "false")}},"upload_url":"{{UploadUrl}}"}""";

    private static Dictionary<string, object?> Asset((long Id, string Name, byte[] Content, string State) asset) => new()
    {
        ["id"] = asset.Id,
        ["name"] = asset.Name,
        ["state"] = asset.State,
        ["size"] = asset.Content.Length,
        ["digest"] = asset.State == "starter" ? null : $"sha256:{Sha256Digest.Of(asset.Content)}",
    };

    private HttpResponseMessage Upload(Uri uri, byte[] body)
    {
        var name = Uri.UnescapeDataString(uri.Query["?name=".Length..]);
        if (Assets.Any(a => a.Name == name))
        {
            return Answer("""{"message":"Validation Failed","errors":[{"resource":"ReleaseAsset","code":"already_exists","field":"name"}]}""", HttpStatusCode.UnprocessableContent);
        }

        Assets.Add((_next++, name, body, "uploaded"));
        return Answer(JsonSerializer.Serialize(Asset(Assets[^1])), HttpStatusCode.Created);
    }

    private HttpResponseMessage Delete(string path)
    {
        Assets.RemoveAll(a => path.EndsWith($"/{a.Id}", StringComparison.Ordinal));
        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }

    private static HttpResponseMessage Answer(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}
