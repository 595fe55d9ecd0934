using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using SigningAction.Authority.Bundles;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Bundles;

/// <summary>Finished bundles over HTTP: what is kept, what is refused, and what is left when the copies are damaged or lost.</summary>
public sealed class BundleEndpointTests : IAsyncLifetime
{
    private const string Route = "/api/v1/bundles";

    private readonly byte[] _artifact = "artifact"u8.ToArray();
    private AuthorityInProcess _authority = null!;
    private TestSigner _signer = null!;

    private string Address => $"{Route}/sha256:{Sha256Digest.Of(_artifact)}";

    public async ValueTask InitializeAsync()
    {
        _authority = await AuthorityInProcess.StartAsync();
        _signer = new TestSigner(_authority.Client);
    }

    public async ValueTask DisposeAsync()
    {
        _signer.Dispose();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task A_bundle_is_kept_once_however_it_was_written_and_the_newest_is_given_first()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync()).StatusCode);
        var (first, second) = (await SignAsync(), await SignAsync());
        var indented = Bytes(JsonNode.Parse(first.ToJson())!.ToJsonString(new() { WriteIndented = true }));
        foreach (var sent in new[] { first.ToJson(), indented, second.ToJson() })
        {
            Assert.Equal(HttpStatusCode.Created, (await PostAsync(sent)).StatusCode);
        }

        var answer = await GetAsync();
        Assert.Equal("application/jsonl", answer.Content.Headers.ContentType?.MediaType);
        byte[] lines = [.. second.ToJson(), (byte)'\n', .. first.ToJson(), (byte)'\n'];
        Assert.Equal(lines, await BodyAsync(answer));

        using var again = new HttpRequestMessage(HttpMethod.Get, Address);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await _authority.Client.SendAsync(again, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task What_was_answered_is_there_after_a_restart_and_fsck_finds_nothing()
    {
        var bundle = (await SignAsync()).ToJson();
        await PostAsync(bundle);
        await _authority.StopAsync();
        await _authority.StartAgainAsync();
        byte[] line = [.. bundle, (byte)'\n'];
        Assert.Equal(line, await BodyAsync(await GetAsync()));
        Assert.Equal((ExitCodes.Done, "Clean: 3 leaves.\n"), await FsckAsync());
    }

    [Fact]
    public async Task A_bundle_of_another_authority_is_refused()
    {
        await using var other = await AuthorityInProcess.StartAsync();
        using var signer = new TestSigner(other.Client);
        var bundle = await signer.SignAsync(other.Issuer, _artifact);
        await (await PostAsync(bundle.ToJson())).ProblemAsync(HttpStatusCode.BadRequest, "UNTRUSTED_ISSUER");
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync()).StatusCode);
        Assert.False(File.Exists(_authority.Paths.Bundles));
    }

    [Fact]
    public async Task A_bundle_whose_artifact_was_exchanged_is_refused()
    {
        var json = JsonNode.Parse((await SignAsync()).ToJson())!;
        json["messageSignature"]!["messageDigest"]!["digest"] = Convert.ToBase64String(Sha256Digest.Of("another"u8).ToArray());
        await (await PostAsync(Bytes(json.ToJsonString()))).ProblemAsync(HttpStatusCode.BadRequest, "LOG_ENTRY_MISMATCH");
    }

    [Fact]
    public async Task What_is_no_bundle_and_what_is_no_digest_are_refused_by_name()
    {
        await (await PostAsync("{}"u8.ToArray())).ProblemAsync(HttpStatusCode.BadRequest, "BUNDLE_MALFORMED");
        await (await PostAsync(new byte[BundleLimits.BundleBytes + 1])).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "BODY_TOO_LARGE");
        await (await PostAsync("{}"u8.ToArray(), "text/plain")).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "MEDIA_TYPE");
        await (await _authority.Client.GetAsync($"{Route}/sha256:{new string('A', 64)}", TestContext.Current.CancellationToken)).ProblemAsync(HttpStatusCode.BadRequest, "DIGEST_MALFORMED");
        await (await GetAsync()).ProblemAsync(HttpStatusCode.NotFound, "NO_BUNDLE");
    }

    [Fact]
    public async Task Fsck_names_a_changed_copy_and_an_authority_whose_copies_are_gone_serves_as_before()
    {
        await PostAsync((await SignAsync()).ToJson());
        await _authority.StopAsync();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_authority.Paths.Bundles};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE bundles SET data = x'7B7D'";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        var (code, said) = await FsckAsync();
        Assert.Equal(ExitCodes.Refused, code);
        Assert.Contains("has other bytes than its digest says.", said, StringComparison.Ordinal);
        Assert.Contains("Clean: 3 leaves.", said, StringComparison.Ordinal);

        foreach (var file in Directory.GetFiles(_authority.Paths.Ledger, "bundles.db*"))
        {
            File.Delete(file);
        }

        await _authority.StartAgainAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync((await SignAsync()).ToJson())).StatusCode);
    }

    [Fact]
    public async Task A_file_that_is_no_database_of_bundles_stops_no_signing()
    {
        await File.WriteAllTextAsync(_authority.Paths.Bundles, new string('x', 8192), TestContext.Current.CancellationToken);
        var bundle = await SignAsync();
        await (await PostAsync(bundle.ToJson())).ProblemAsync(HttpStatusCode.ServiceUnavailable, "BUNDLES_UNAVAILABLE");
        await (await GetAsync()).ProblemAsync(HttpStatusCode.ServiceUnavailable, "BUNDLES_UNAVAILABLE");
    }

    private Task<Bundle> SignAsync() => _signer.SignAsync(_authority.Issuer, _artifact);

    private Task<HttpResponseMessage> GetAsync() => _authority.Client.GetAsync(Address, TestContext.Current.CancellationToken);

    private async Task<HttpResponseMessage> PostAsync(byte[] body, string mediaType = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return await _authority.Client.PostAsync(Route, content, TestContext.Current.CancellationToken);
    }

    private static Task<byte[]> BodyAsync(HttpResponseMessage answer) => answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private async Task<(int Code, string Text)> FsckAsync()
    {
        using var output = new StringWriter();
        var code = await SigningAuthority.RunAsync(["fsck", _authority.Directory], output, output);
        return (code, output.ToString());
    }
}
