using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.EndToEnd.Tests.Ledger;

/// <summary>One writer of log entries: signs fresh digests with a key of its own and keeps what was acknowledged.</summary>
internal sealed class EntryWriter(HttpClient http, int number) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int _count;

    /// <summary>Index and leaf of every entry that the log said it has.</summary>
    public List<(long Index, byte[] Leaf)> Acknowledged { get; } = [];

    /// <summary>Writes until the server goes away; nothing is retried, so what is not acknowledged stays unknown.</summary>
    public async Task WriteAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await WriteOneAsync(stop);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The server was killed under this request.
        }
    }

    /// <summary>Writes one entry and checks its proof.</summary>
    public async Task WriteOneAsync(CancellationToken stop)
    {
        var digest = Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}/{_count++}/{Guid.NewGuid()}")));
        var signature = _key.SignHash(digest.Span, DSASignatureFormat.Rfc3279DerSequence);
        var key = VerificationKey.Of(_key);
        using var response = await http.PostAsJsonAsync("/api/v2/log/entries", Request(digest, signature, key), stop);
        if (response.StatusCode != HttpStatusCode.Created)
        {
            return;
        }

        var entry = LogEntry.Parse(await response.Content.ReadAsByteArrayAsync(stop));
        var leaf = new HashedRekordEntry(digest.ToArray(), signature, key.Spki, isCertificate: false, key.Details).CanonicalBody();
        Acknowledged.Add((entry.LogIndex, leaf));
        var proof = entry.InclusionProof!;
        Assert.True(
            MerkleProof.VerifyInclusion(entry.LogIndex, proof.TreeSize, MerkleTree.LeafHash(leaf), proof.Hashes, proof.RootHash),
            $"the proof of entry {entry.LogIndex} does not verify");
    }

    public void Dispose() => _key.Dispose();

    private static JsonObject Request(Sha256Digest digest, byte[] signature, VerificationKey key) => new()
    {
        ["hashedRekordRequestV002"] = new JsonObject
        {
            ["digest"] = StrictBase64.Encode(digest.Span),
            ["signature"] = new JsonObject
            {
                ["content"] = StrictBase64.Encode(signature),
                ["verifier"] = new JsonObject
                {
                    ["publicKey"] = new JsonObject { ["rawBytes"] = StrictBase64.Encode(key.Spki.Span) },
                    ["keyDetails"] = key.Details,
                },
            },
        },
    };
}
