using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Agent;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;
using SigningAction.EndToEnd.Tests.Repository;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Transparency;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Wire;

/// <summary>
/// What other clients and the services of Sigstore said to each other, as it was recorded: our clients read each answer, and what they ask has the members that were asked with.
/// </summary>
public sealed class WireRecordingTests
{
    private const string Es256 = "PKIX_ECDSA_P256_SHA_256";

    [Theory]
    [InlineData("fulcio-sigstore-go-publickey-200.json")]
    [InlineData("fulcio-x-publickey-200.json")]
    public async Task A_certificate_is_asked_for_and_read_as_it_was_recorded(string file)
    {
        using var service = new Recorded(file);
        using var key = new EphemeralKey();

        // Where the recorded client put the token into the body, ours puts that one into the header, as the other client did.
        var body = service.Request.AsObject();
        var token = (string?)body["credentials"]?["oidcIdentityToken"] ?? TestTokens.Create();
        _ = body.Remove("credentials");
        var der = await service.WithAsync(
            (services, address) => new FulcioClient(services, address).IssueAsync(key, IdentityToken.Parse(token), TestContext.Current.CancellationToken));
        Assert.True(Pem.TryReadCertificate((string)service.Response["signedCertificateEmbeddedSct"]!["chain"]!["certificates"]![0]!, out var recorded));
        Assert.Equal(recorded, der.ToArray());
        Assert.NotEqual(default, Certificate.Parse(der).NotBefore);
        Assert.Equal(Members(body), Members(JsonNode.Parse(service.Body)));
        Assert.Equal("Bearer " + token, service.Authorization);
        Assert.Equal("application/json", service.ContentType);
    }

    [Theory]
    [InlineData("rekor2-sigstore-go-hashedrekord-201.json")]
    [InlineData("rekor2-x-hashedrekord-201.json")]
    public async Task An_entry_is_handed_in_and_its_proof_is_read_as_it_was_recorded(string file)
    {
        using var service = new Recorded(file);
        using var sigstore = new InMemorySigstore();
        var asked = service.Request["hashedRekordRequestV002"]!;
        var entry = new HashedRekordEntry(
            Bytes(asked["digest"]), Bytes(asked["signature"]!["content"]), Bytes(asked["signature"]!["verifier"]!["x509Certificate"]!["rawBytes"]), isCertificate: true, Es256);
        var logged = await service.WithAsync((services, address) =>
            new TileLogClient(services, address, sigstore.TrustedRoot).SubmitAsync(new LogSubmission(entry, null), 1, TestContext.Current.CancellationToken));
        Assert.True(JsonNode.DeepEquals(service.Request, JsonNode.Parse(service.Body)), Encoding.UTF8.GetString(service.Body));
        Assert.Equal(Bytes(service.Response["canonicalizedBody"]), entry.CanonicalBody());
        Assert.Equal(entry.CanonicalBody(), logged.CanonicalizedBody.ToArray());
        Assert.Equal((string)service.Response["logIndex"]!, $"{logged.LogIndex}");
        var proof = logged.InclusionProof!;
        Assert.True(MerkleProof.VerifyInclusion(proof.LogIndex, proof.TreeSize, MerkleTree.LeafHash(logged.CanonicalizedBody.Span), proof.Hashes, proof.RootHash));
    }

    /// <summary>A log of version 2 took envelopes once; what it says to them now is told as its own words.</summary>
    [Fact]
    public async Task A_refusal_of_the_log_is_read_as_it_was_recorded()
    {
        using var service = new Recorded("rekor2-x-dsse-400.json");
        using var sigstore = new InMemorySigstore();
        var entry = new HashedRekordEntry(new byte[32], new byte[] { 1 }, new byte[] { 2 }, isCertificate: true, Es256);
        var refused = await Assert.ThrowsAsync<AgentException>(() => service.WithAsync((services, address) =>
            new TileLogClient(services, address, sigstore.TrustedRoot).SubmitAsync(new LogSubmission(entry, null), 1, TestContext.Current.CancellationToken)));
        Assert.Equal(AgentFault.RefusedByService, refused.Fault);
        Assert.Contains((string)service.Response["message"]!, refused.ServerText, StringComparison.Ordinal);

        // The envelope is a statement that ours reads too, and nothing of it was handed in.
        Assert.Equal(["hashedRekordRequestV002"], JsonNode.Parse(service.Body)!.AsObject().Select(member => member.Key));
    }

    /// <summary>The bytes were not recorded, what is around them was: type and status of the answer, and the type of the client's request that speaks RFC 3161.</summary>
    [Theory]
    [InlineData("tsa-sigstore-go-200.json")]
    [InlineData("tsa-x-200.json")]
    public async Task A_timestamp_is_asked_for_and_read_as_it_was_recorded(string file)
    {
        using var sigstore = new InMemorySigstore();
        byte[] signature = [1, 2, 3];
        using var service = new Recorded(file, request =>
            TimestampRequest.TryParse(request, out var wanted, out _) ? sigstore.Stamp(wanted, InMemorySigstore.Now) : throw new InvalidDataException("no request"));
        var stamp = await service.WithAsync((services, address) =>
            new TimestampClient(services, address).StampAsync(signature, 1, TestContext.Current.CancellationToken), service.Path);
        Assert.Equal(Sha256Digest.Of(signature).ToArray(), TimestampToken.Parse(stamp).Digest.ToArray());
        Assert.Equal("application/timestamp-query", service.ContentType);
        var recorded = service.RecordedContentType;
        Assert.True(recorded == service.ContentType || recorded == "application/json", recorded); // sigstore-js asks in JSON; both forms are served.
    }

    private static byte[] Bytes(JsonNode? base64) => Convert.FromBase64String((string)base64!);

    /// <summary>The path of every member, in order.</summary>
    private static IEnumerable<string> Members(JsonNode? node, string above = "") => node is JsonObject members
        ? members.OrderBy(member => member.Key, StringComparer.Ordinal).SelectMany(member => Members(member.Value, $"{above}/{member.Key}").Prepend($"{above}/{member.Key}"))
        : [];

    /// <summary>A service that answers as the recording says, and keeps what it was asked.</summary>
    private sealed class Recorded : HttpMessageHandler
    {
        private readonly JsonNode _recording;
        private readonly Func<byte[], byte[]> _answer;

        public Recorded(string file, Func<byte[], byte[]>? answer = null)
        {
            var folder = System.IO.Path.Combine(RepositoryFiles.Root, "..", "shared", "reference", "wire");
            Assert.SkipUnless(Directory.Exists(folder), "shared/reference/wire is not beside the repository");
            _recording = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(folder, file)))!;
            _answer = answer ?? (_ => Encoding.UTF8.GetBytes(Response.ToJsonString()));
        }

        public JsonNode Request => _recording["request_body"]!;

        public JsonNode Response => _recording["response_body"]!;

        public string Path => ((string)_recording["request"]!)["POST ".Length..];

        public string RecordedContentType => (string)_recording["request_headers"]!["Content-Type"]!;

        public byte[] Body { get; private set; } = [];

        public string? Authorization { get; private set; }

        public string? ContentType { get; private set; }

        public async Task<T> WithAsync<T>(Func<ServiceClient, ServiceAddress, Task<T>> call, string below = "")
        {
            using var http = ServiceHttp.CreateClient(this);
            return await call(new ServiceClient(http, TimeProvider.System, WaitBudget.Default), ServiceAddress.Parse("https://recorded.test" + below, "the service"));
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Post)
            {
                return new HttpResponseMessage(HttpStatusCode.NotFound);
            }

            Assert.Equal(Path, request.RequestUri!.AbsolutePath);
            Body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            (Authorization, ContentType) = (request.Headers.Authorization?.ToString(), request.Content.Headers.ContentType?.MediaType);
            return new HttpResponseMessage((HttpStatusCode)(int)_recording["status"]!)
            {
                Content = new ByteArrayContent(_answer(Body)) { Headers = { ContentType = new MediaTypeHeaderValue((string)_recording["response_type"]!) } },
            };
        }
    }
}
