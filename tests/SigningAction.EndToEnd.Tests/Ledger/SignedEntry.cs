using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.EndToEnd.Tests.Ledger;

/// <summary>A log entry that nobody has sent before, and the leaf that it becomes. It may be sent as often as one likes.</summary>
internal sealed class SignedEntry
{
    private readonly JsonObject _request;

    public SignedEntry(ECDsa key)
    {
        var digest = Sha256Digest.Of(RandomNumberGenerator.GetBytes(32));
        var signature = key.SignHash(digest.Span, DSASignatureFormat.Rfc3279DerSequence);
        var verifier = VerificationKey.Of(key);
        Leaf = new HashedRekordEntry(digest.ToArray(), signature, verifier.Spki, isCertificate: false, verifier.Details).CanonicalBody();
        _request = new JsonObject
        {
            ["hashedRekordRequestV002"] = new JsonObject
            {
                ["digest"] = StrictBase64.Encode(digest.Span),
                ["signature"] = new JsonObject
                {
                    ["content"] = StrictBase64.Encode(signature),
                    ["verifier"] = new JsonObject
                    {
                        ["publicKey"] = new JsonObject { ["rawBytes"] = StrictBase64.Encode(verifier.Spki.Span) },
                        ["keyDetails"] = verifier.Details,
                    },
                },
            },
        };
    }

    public byte[] Leaf { get; }

    /// <summary>Sends it; an acknowledgement is checked with its proof.</summary>
    /// <returns>The status, and the index when it was acknowledged.</returns>
    public Task<(HttpStatusCode Status, long? Index)> SendAsync(HttpClient http, CancellationToken stop = default) => SendAsync(http, () => { }, stop);

    /// <summary>The same, and says when the request is on its way as a whole.</summary>
    public async Task<(HttpStatusCode Status, long? Index)> SendAsync(HttpClient http, Action sent, CancellationToken stop = default)
    {
        using var request = new SignalledContent(Encoding.UTF8.GetBytes(_request.ToJsonString()), sent);
        using var response = await http.PostAsync("/api/v2/log/entries", request, stop);
        if (response.StatusCode != HttpStatusCode.Created)
        {
            return (response.StatusCode, null);
        }

        var entry = LogEntry.Parse(await response.Content.ReadAsByteArrayAsync(stop));
        var proof = entry.InclusionProof!;
        Assert.True(
            MerkleProof.VerifyInclusion(entry.LogIndex, proof.TreeSize, MerkleTree.LeafHash(Leaf), proof.Hashes, proof.RootHash),
            $"the proof of entry {entry.LogIndex} does not verify");
        return (response.StatusCode, entry.LogIndex);
    }

    private sealed class SignalledContent : ByteArrayContent
    {
        private readonly Action _sent;

        public SignalledContent(byte[] body, Action sent)
            : base(body)
        {
            _sent = sent;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await base.SerializeToStreamAsync(stream, context, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _sent();
        }
    }
}
