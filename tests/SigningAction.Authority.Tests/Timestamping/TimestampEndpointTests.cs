using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Timestamps;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Timestamping;

public sealed class TimestampEndpointTests : IAsyncLifetime
{
    private static readonly byte[] Signature = "a signature"u8.ToArray();

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private AuthorityInProcess _authority = null!;

    public async ValueTask InitializeAsync() => _authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Time = _time });

    public ValueTask DisposeAsync() => _authority.DisposeAsync();

    [Fact]
    public async Task A_DER_request_is_answered_with_its_nonce_and_certificate_and_verifies_with_the_trusted_root()
    {
        var request = TimestampRequest.ForSignature(Signature);
        var answer = await PostAsync(request.Encode(), "application/timestamp-query");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/timestamp-reply", answer.Content.Headers.ContentType?.MediaType);
        var response = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(TimestampToken.Parse(response).Answers(request));
        Assert.Single(TimestampToken.Parse(response).Certificates);
        Assert.Equal(_time.GetUtcNow(), TimestampVerifier.Verify(response, Signature, _authority.Host.Trust.Root.TimestampAuthorities).Time);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","certificates":true,"nonce":18446744073709551616""")]
    public async Task A_JSON_request_as_sigstore_js_sends_it_is_answered_too(string more)
    {
        var hash = Convert.ToBase64String(SHA256.HashData(Signature));
        var answer = await PostAsync(Encoding.UTF8.GetBytes($$"""{"artifactHash":"{{hash}}","hashAlgorithm":"sha256"{{more}}}"""), "application/json");
        var response = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        _ = TimestampVerifier.Verify(response, Signature, _authority.Host.Trust.Root.TimestampAuthorities);
        var token = TimestampToken.Parse(response);
        Assert.Equal(more.Length == 0 ? "" : "010000000000000000", Convert.ToHexString(token.Nonce.Span));
        Assert.Equal(more.Length == 0 ? 0 : 1, token.Certificates.Count);
    }

    [Theory]
    [InlineData("text/plain", "x", HttpStatusCode.UnsupportedMediaType, "MEDIA_TYPE")]
    [InlineData("application/timestamp-query", "x", HttpStatusCode.BadRequest, "REQUEST_MALFORMED")]
    [InlineData("application/json", "{}", HttpStatusCode.BadRequest, "REQUEST_MALFORMED")]
    [InlineData("application/json", """{"artifactHash":"AAAA","hashAlgorithm":"sha256"}""", HttpStatusCode.BadRequest, "REQUEST_MALFORMED")]
    [InlineData("application/json", """{"artifactHash":"AAAA","hashAlgorithm":"sha1"}""", HttpStatusCode.BadRequest, "REQUEST_MALFORMED")]
    [InlineData("application/json", """{"artifactHash":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","hashAlgorithm":"sha256","nonce":-1}""", HttpStatusCode.BadRequest, "REQUEST_MALFORMED")]
    [InlineData("application/json", """{"artifactHash":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","hashAlgorithm":"sha256","nonce":1e3}""", HttpStatusCode.BadRequest, "REQUEST_MALFORMED")]
    [InlineData("application/json", """{"artifactHash":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","hashAlgorithm":"sha256","other":1}""", HttpStatusCode.BadRequest, "REQUEST_MALFORMED")]
    public async Task A_request_that_is_none_is_refused(string type, string body, HttpStatusCode status, string code) =>
        await (await PostAsync(Encoding.UTF8.GetBytes(body), type)).ProblemAsync(status, code);

    [Fact]
    public async Task SHA_1_is_not_stamped()
    {
        // TimeStampReq of SHA-1 over 20 zero bytes.
        var request = Convert.FromHexString("30230201013021300906052b0e03021a05000414" + new string('0', 40));
        request[1] = (byte)(request.Length - 2);
        await (await PostAsync(request, "application/timestamp-query")).ProblemAsync(HttpStatusCode.BadRequest, "HASH_NOT_ALLOWED");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/timestamp-query")]
    public async Task A_body_over_one_KiB_is_refused(string type) =>
        await (await PostAsync(new byte[1025], type)).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "BODY_TOO_LARGE");

    [Fact]
    public async Task A_clock_that_was_set_back_stamps_nothing()
    {
        using var signer = new TestSigner(_authority.Client);
        Assert.Equal(HttpStatusCode.OK, (await signer.ExchangeAsync(_authority.Issuer)).StatusCode);
        await _authority.StopAsync();

        // The same authority on a machine whose clock stands a minute earlier.
        var earlier = new FakeTimeProvider(_time.GetUtcNow().AddMinutes(-1));
        await using var host = await AuthorityHost.StartAsync(
            _authority.Directory, new AuthorityHostOptions { Time = earlier }, TestContext.Current.CancellationToken);
        var answer = await PostAsync(TimestampRequest.ForSignature(Signature).Encode(), "application/timestamp-query");
        await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "CLOCK_IN_DOUBT");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _authority.Client.GetAsync("/readyz", TestContext.Current.CancellationToken)).StatusCode);

        earlier.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(TimestampRequest.ForSignature(Signature).Encode(), "application/timestamp-query")).StatusCode);
    }

    [Fact]
    public async Task The_chain_is_served_in_PEM()
    {
        var pem = await _authority.Client.GetStringAsync("/api/v1/timestamp/certchain", TestContext.Current.CancellationToken);
        Assert.Equal(2, pem.Split("-----BEGIN CERTIFICATE-----").Length - 1);
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] body, string type)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await _authority.Client.PostAsync("/api/v1/timestamp", content);
    }
}
