using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Testing;

/// <summary>
/// The HTTP face of <see cref="InMemoryRekor1"/>: <c>/api/v1/log/entries</c> as Rekor v1 answers it. It keeps the canonical body of what is proposed, checks the signature first, and says of
/// an entry that it has already only where it is (409).
/// </summary>
public sealed class SmallRekor1(TimeProvider time, string host = "rekor1.test") : IDisposable
{
    public const string Path = "/api/v1/log/entries";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Uuid, LogEntry Entry)> _entries = new(StringComparer.Ordinal);

    public InMemoryRekor1 Log { get; } = new(host);

    /// <summary>Entries that were logged.</summary>
    public int Logged => _entries.Count;

    /// <summary>Appends what is proposed, as a POST does.</summary>
    public HttpResponseMessage Append(byte[] proposal)
    {
        if (Body(JsonNode.Parse(proposal)!) is not { } body)
        {
            return Answer("""{"code":400,"message":"error processing entry: verifying signature: invalid signature when validating ASN.1 encoded signature"}""", HttpStatusCode.BadRequest);
        }

        lock (_lock)
        {
            if (_entries.TryGetValue(body, out var known))
            {
                return new HttpResponseMessage(HttpStatusCode.Conflict) { Headers = { Location = new Uri($"{Path}/{known.Uuid}", UriKind.Relative) } };
            }

            // Sixteen digits of the tree, and the leaf's hash.
            var uuid = "108e9186e8c5677a" + Convert.ToHexStringLower(SHA256.HashData([0, .. Encoding.UTF8.GetBytes(body)]));
            var entry = Log.Log(body, time.GetUtcNow());
            _entries[body] = (uuid, entry);
            return Answer(uuid, entry, HttpStatusCode.Created);
        }
    }

    /// <summary>The entry at a path, as a GET gives it.</summary>
    public HttpResponseMessage Find(string path)
    {
        lock (_lock)
        {
            return _entries.Values.FirstOrDefault(known => path == $"{Path}/{known.Uuid}") is { Uuid: not null } found
                ? Answer(found.Uuid, found.Entry, HttpStatusCode.OK)
                : new HttpResponseMessage(HttpStatusCode.NotFound);
        }
    }

    public void Dispose() => Log.Dispose();

    /// <summary>The canonical body; null where the signature is not the certificate's.</summary>
    private static string? Body(JsonNode proposal)
    {
        var spec = proposal["spec"]!;
        if (proposal["kind"]!.GetValue<string>() == "hashedrekord")
        {
            var digest = Convert.FromHexString(spec["data"]!["hash"]!["value"]!.GetValue<string>());
            var signature = Convert.FromBase64String(spec["signature"]!["content"]!.GetValue<string>());
            var pem = Encoding.UTF8.GetString(Convert.FromBase64String(spec["signature"]!["publicKey"]!["content"]!.GetValue<string>()));
            return Key(pem) is { } key && key.VerifyHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence)
                ? InMemoryRekor1.HashedRekord("sha256", digest, signature, pem)
                : null;
        }

        var text = spec["proposedContent"]!["envelope"]!.GetValue<string>();
        var envelope = DsseEnvelope.Parse(Encoding.UTF8.GetBytes(text));
        var verifier = Encoding.UTF8.GetString(Convert.FromBase64String(spec["proposedContent"]!["verifiers"]![0]!.GetValue<string>()));
        return Key(verifier) is { } signer && signer.VerifyData(envelope.PreAuthenticationEncoding(), envelope.Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? InMemoryRekor1.Dsse(envelope, verifier, text)
            : null;
    }

    private static ECDsa? Key(string certificate)
    {
        if (!Pem.TryReadCertificate(certificate, out var der))
        {
            return null;
        }

        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Evidence.Certificates.Certificate.Parse(der).Key.Spki.Span, out _);
        return key;
    }

    private static HttpResponseMessage Answer(string uuid, LogEntry entry, HttpStatusCode status) => Answer(
        JsonSerializer.Serialize(new Dictionary<string, object>
        {
            [uuid] = new
            {
                body = entry.CanonicalizedBody.ToArray(),
                integratedTime = entry.IntegratedTime,
                logID = Convert.ToHexStringLower(entry.LogId.Span),
                logIndex = entry.LogIndex,
                verification = new
                {
                    signedEntryTimestamp = entry.InclusionPromise.ToArray(),
                    inclusionProof = new
                    {
                        checkpoint = entry.InclusionProof!.Checkpoint,
                        hashes = entry.InclusionProof.Hashes.Select(h => h.ToString()),
                        logIndex = entry.InclusionProof.LogIndex,
                        rootHash = entry.InclusionProof.RootHash.ToString(),
                        treeSize = entry.InclusionProof.TreeSize,
                    },
                },
            },
        }),
        status);

    private static HttpResponseMessage Answer(string json, HttpStatusCode status) => new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
}
