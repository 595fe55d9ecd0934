using System.Net;
using System.Security.Cryptography;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>The read side of the logs, as a monitor or a CDN sees it.</summary>
public sealed class TileEndpointTests : IAsyncLifetime
{
    private const int Entries = 300;

    private AuthorityInProcess _authority = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = await AuthorityInProcess.StartAsync();
        using var signer = new TestSigner(_authority.Client);
        var certificate = await TestSigner.ReadLeafAsync(await signer.ExchangeAsync(_authority.Issuer));
        var answers = await Task.WhenAll(Enumerable.Range(0, Entries).Select(i =>
        {
            var artifact = BitConverter.GetBytes(i);
            return signer.PostAsync("/api/v2/log/entries", TestSigner.Record(SHA256.HashData(artifact), signer.Sign(artifact), certificate));
        }));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
    }

    public ValueTask DisposeAsync() => _authority.DisposeAsync();

    [Fact]
    public async Task Entries_and_tiles_build_the_root_of_the_checkpoint()
    {
        var checkpoint = Checkpoint.ParseText(SignedNote.Parse(await _authority.Client.GetStringAsync("/api/v2/checkpoint", TestContext.Current.CancellationToken)).Text);
        Assert.Equal("127.0.0.1", checkpoint.Origin);
        Assert.Equal(Entries, checkpoint.Size);
        var leaves = new List<Sha256Digest>();
        foreach (var path in TilePath.Changed(TilePath.Entries, 0, Entries))
        {
            leaves.AddRange(EntryBundle.Parse(await GetAsync(path)).Select(entry => MerkleTree.LeafHash(entry.Span)));
        }

        Assert.Equal(checkpoint.Root, PublicLog.Root(leaves, 0, leaves.Count));
        foreach (var path in TilePath.Changed(0, 0, Entries))
        {
            Assert.Equal(leaves.Skip((int)path.Index * 256).Take(path.Width).SelectMany(hash => hash.ToArray()), await GetAsync(path));
        }

        Assert.Equal(PublicLog.Root(leaves, 0, 256).ToArray(), await GetAsync(new TilePath(1, 0, 1)));
    }

    [Theory]
    [InlineData("/api/v2/checkpoint", "text/plain", "public, max-age=2")]
    [InlineData("/ct/checkpoint", "text/plain", "public, max-age=2")]
    [InlineData("/api/v2/tile/0/000", "application/octet-stream", "public, max-age=31536000, immutable")]
    [InlineData("/api/v2/tile/entries/001.p/44", "application/octet-stream", "public, max-age=31536000, immutable")]
    [InlineData("/ct/tile/0/000.p/1", "application/octet-stream", "public, max-age=31536000, immutable")]
    [InlineData("/ct/tile/data/000.p/1", "application/octet-stream", "public, max-age=31536000, immutable")]
    public async Task A_cache_is_told_what_it_may_keep(string path, string type, string cache)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            using var request = new HttpRequestMessage(method, path);
            var answer = await _authority.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(cache.Split(", ").Order(), answer.Headers.CacheControl!.ToString().Split(", ").Order());
        }
    }

    /// <summary>L-27: a range may be ignored (RFC 9110, section 14.2), and here is: one cache entry a tile, and no arithmetic on what strangers write.</summary>
    [Theory]
    [InlineData("bytes=0-0")]
    [InlineData("bytes=-1")]
    [InlineData("bytes=5-1")]
    [InlineData("bytes=0-18446744073709551615")]
    [InlineData("bytes=0-0,1-1,2-2")]
    [InlineData("bytes=99999999-")]
    [InlineData("lines=1-2")]
    [InlineData("bytes=")]
    public async Task L27_a_range_gets_the_whole_content(string range)
    {
        foreach (var path in (string[])["/api/v2/tile/0/000", "/api/v2/tile/entries/001.p/44", "/ct/tile/data/000.p/1", "/api/v2/checkpoint"])
        {
            await RequireWholeAsync(path, range);
        }
    }

    [Fact]
    public async Task L27_a_thousand_ranges_get_the_whole_content_once()
    {
        var ranges = "bytes=" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"{i}-{i}"));
        await RequireWholeAsync("/api/v2/tile/0/000", ranges);
        await RequireWholeAsync("/api/v2/checkpoint", ranges);
    }

    [Theory]
    [InlineData("/api/v2/tile/0/1", "NO_TILE")]
    [InlineData("/api/v2/tile/0/001.p/45", "NO_TILE")]
    [InlineData("/api/v2/tile/0/001.p/0", "NO_TILE")]
    [InlineData("/api/v2/tile/0/001.p/256", "NO_TILE")]
    [InlineData("/api/v2/tile/0/001.p/044", "NO_TILE")]
    [InlineData("/api/v2/tile/0/x001/000", "NO_TILE")]
    [InlineData("/api/v2/tile/0/x000/000", "NO_TILE")]
    [InlineData("/api/v2/tile/0/x-1/000", "NO_TILE")]
    [InlineData("/api/v2/tile/0/999", "NO_TILE")]
    [InlineData("/api/v2/tile/64/000", "NO_TILE")]
    [InlineData("/api/v2/tile/-1/000", "NO_TILE")]
    [InlineData("/api/v2/tile/0/x999/x999/x999/x999/x999/x999/999", "NO_TILE")]
    [InlineData("/api/v2/tile/0/%2e%2e/%2e%2e/keys", "NO_ROUTE")]
    [InlineData("/api/v2/tile/data/000.p/1", "NO_TILE")]
    [InlineData("/ct/tile/entries/000.p/1", "NO_TILE")]
    [InlineData("/ct/issuer/0000000000000000000000000000000000000000000000000000000000000000", "NO_ISSUER")]
    [InlineData("/audit/checkpoint", "NO_ROUTE")]
    [InlineData("/keys/ca-root.pem", "NO_ROUTE")]
    public async Task What_is_not_there_or_not_public_is_not_found(string path, string code)
    {
        var answer = await _authority.Client.GetAsync(new Uri(_authority.Url + path), TestContext.Current.CancellationToken);
        await answer.ProblemAsync(HttpStatusCode.NotFound, code);
    }

    [Fact]
    public async Task A_method_that_a_route_does_not_take_is_said_so() =>
        await (await _authority.Client.DeleteAsync("/api/v2/checkpoint", TestContext.Current.CancellationToken)).ProblemAsync(HttpStatusCode.MethodNotAllowed, "METHOD");

    private async Task RequireWholeAsync(string path, string range)
    {
        var whole = await _authority.Client.GetByteArrayAsync(path, TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        Assert.True(request.Headers.TryAddWithoutValidation("Range", range));
        using var answer = await _authority.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(answer.Content.Headers.ContentRange);
        Assert.Equal(whole, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private Task<byte[]> GetAsync(TilePath path) => _authority.Client.GetByteArrayAsync($"/api/v2/tile/{path}");
}
