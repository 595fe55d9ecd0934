using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;

namespace SigningAction.Testing;

/// <summary>
/// A log of Rekor v1 in memory: one shard with a few leaves of others, promises, checkpoints. It logs any body, so that tests can lie; it signs with ECDSA P-256
/// unless it is told another way.
/// </summary>
public sealed class InMemoryRekor1 : IDisposable
{
    /// <summary>Entries of earlier shards: what the index over all shards is ahead of the one in its tree.</summary>
    public const long EarlierShards = 4_163_431;

    private const string Tree = "2605736670972794746";
    private readonly ECDsa _own;
    private readonly Func<byte[], byte[]> _sign;
    private readonly List<byte[]> _leaves = [[0], [1], [2], [3], [4]];

    public InMemoryRekor1(string host = "rekor.example", VerificationKey? key = null, Func<byte[], byte[]>? sign = null, Func<ECDsa>? newKey = null)
    {
        _own = (newKey ?? InMemorySigstore.NewKey)();
        Host = host;
        Key = key ?? VerificationKey.Of(_own);
        _sign = sign ?? (data => _own.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    public string Host { get; }

    public VerificationKey Key { get; }

    /// <summary>The body of <c>hashedrekord 0.0.1</c>.</summary>
    public static string HashedRekord(string algorithm, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, string pem) => $$$$$$"""
        {"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"{{{{{{algorithm}}}}}}","value":"{{{{{{Convert.ToHexStringLower(digest)}}}}}}"}},"signature":{"content":"{{{{{{Convert.ToBase64String(signature)}}}}}}","publicKey":{"content":"{{{{{{Base64(pem)}}}}}}"}}}}
        """;

    /// <summary>The body of <c>dsse 0.0.1</c>, of an envelope that was handed in as nobody knows what text: nobody can check the hash of that later.</summary>
    public static string Dsse(DsseEnvelope envelope, string pem) => Dsse(envelope, pem, string.Empty);

    /// <summary>The body of <c>dsse 0.0.1</c>.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="pem">The certificate or key.</param>
    /// <param name="submitted">The JSON text in which the envelope was handed in.</param>
    public static string Dsse(DsseEnvelope envelope, string pem, string submitted) => $$$$$$"""
        {"apiVersion":"0.0.1","kind":"dsse","spec":{"envelopeHash":{"algorithm":"sha256","value":"{{{{{{Sha256Digest.Of(Encoding.UTF8.GetBytes(submitted))}}}}}}"},"payloadHash":{"algorithm":"sha256","value":"{{{{{{Sha256Digest.Of(envelope.Payload.Span)}}}}}}"},"signatures":[{"signature":"{{{{{{Convert.ToBase64String(envelope.Signature.Span)}}}}}}","verifier":"{{{{{{Base64(pem)}}}}}}"}]}}
        """;

    /// <summary>The body of <c>intoto 0.0.2</c>.</summary>
    public static string Intoto(DsseEnvelope envelope, string pem) => $$$$$$"""
        {"apiVersion":"0.0.2","kind":"intoto","spec":{"content":{"envelope":{"payloadType":"{{{{{{envelope.PayloadType}}}}}}","signatures":[{"publicKey":"{{{{{{Base64(pem)}}}}}}","sig":"{{{{{{Base64(Convert.ToBase64String(envelope.Signature.Span))}}}}}}"}]},"hash":{"algorithm":"sha256","value":"{{{{{{new string('a', 64)}}}}}}"},"payloadHash":{"algorithm":"sha256","value":"{{{{{{Sha256Digest.Of(envelope.Payload.Span)}}}}}}"}}}}
        """;

    /// <summary>A public key as PEM.</summary>
    public static string Pem(VerificationKey key) => PemEncoding.WriteString("PUBLIC KEY", key.Spki.Span) + "\n";

    /// <summary>Logs a body; kind and version are taken from it.</summary>
    public LogEntry Log(string body, DateTimeOffset? time = null, string? origin = null)
    {
        var json = JsonNode.Parse(body)!;
        return Log(Encoding.UTF8.GetBytes(body), json["kind"]!.GetValue<string>(), json["apiVersion"]!.GetValue<string>(), time, origin);
    }

    /// <summary>Logs any bytes as a body of this kind and version.</summary>
    public LogEntry Log(byte[] body, string kind, string version, DateTimeOffset? time = null, string? origin = null)
    {
        _leaves.Add(body);
        var (index, size) = (_leaves.Count - 1, _leaves.Count);
        Sha256Digest Subtree(int level, long number) => level == 0
            ? MerkleTree.LeafHash(_leaves[(int)number])
            : MerkleTree.NodeHash(Subtree(level - 1, 2 * number), Subtree(level - 1, (2 * number) + 1));
        var checkpoint = new Checkpoint(origin ?? $"{Host} - {Tree}", size, MerkleProof.Root(size, Subtree), ["Timestamp: 1689177396617352539"]);
        return Promise(new LogEntry
        {
            LogIndex = index + EarlierShards,
            LogId = Key.Id.ToArray(),
            Kind = kind,
            Version = version,
            IntegratedTime = (time ?? InMemorySigstore.Now.AddSeconds(2)).ToUnixTimeSeconds(),
            InclusionProof = new InclusionProof(index, size, checkpoint.Root, MerkleProof.Inclusion(index, size, Subtree), Sign(checkpoint)),
            CanonicalizedBody = body,
        });
    }

    /// <summary>The entry with a promise over what it says now.</summary>
    public LogEntry Promise(LogEntry entry) => entry with
    {
        InclusionPromise = _sign(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"body":"{{Convert.ToBase64String(entry.CanonicalizedBody.Span)}}","integratedTime":{{entry.IntegratedTime}},"logID":"{{Convert.ToHexStringLower(entry.LogId.Span)}}","logIndex":{{entry.LogIndex}}}"""))),
    };

    /// <summary>A checkpoint with the log's signature.</summary>
    public string Sign(Checkpoint checkpoint) => SignedNote.Format(
        checkpoint.ToText(), [new NoteSignature(Host, BinaryPrimitives.ReadUInt32BigEndian(Key.Id.Span), _sign(Encoding.UTF8.GetBytes(checkpoint.ToText())))]);

    /// <summary>A trusted root that lists this log too.</summary>
    public TrustedRoot In(TrustedRoot root, string start = "2021-01-12T00:00:00Z", string? end = null)
    {
        var json = JsonNode.Parse(root.ToJson())!;
        json["tlogs"]!.AsArray().Add(new JsonObject
        {
            ["baseUrl"] = $"https://{Host}",
            ["hashAlgorithm"] = "SHA2_256",
            ["publicKey"] = new JsonObject
            {
                ["rawBytes"] = Convert.ToBase64String(Key.Spki.Span),
                ["keyDetails"] = Key.Details,
                ["validFor"] = end is null ? new JsonObject { ["start"] = start } : new JsonObject { ["start"] = start, ["end"] = end },
            },
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(Key.Id.Span) },
        });
        return TrustedRoot.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    public void Dispose() => _own.Dispose();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
