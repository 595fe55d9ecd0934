using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
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
    public async Task<(HttpStatusCode Status, long? Index)> SendAsync(HttpClient http, CancellationToken stop = default)
    {
        using var response = await http.PostAsJsonAsync("/api/v2/log/entries", _request, stop);
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
}
