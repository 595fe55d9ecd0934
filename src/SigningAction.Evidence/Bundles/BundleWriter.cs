using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SigningAction.Evidence.Bundles;

/// <summary><see cref="Bundle"/> to JSON, always v0.3.</summary>
internal static class BundleWriter
{
    // Base64 and the checkpoint's dash stay readable; JSON inside HTML is no use of ours.
    private static readonly BundleJsonContext Json = new(new JsonSerializerOptions(BundleJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static byte[] Write(Bundle bundle) => JsonSerializer.SerializeToUtf8Bytes(
        new BundleJson
        {
            MediaType = Bundle.MediaType,
            VerificationMaterial = new VerificationMaterialJson
            {
                PublicKey = bundle.Signer.KeyHint is { } hint ? new PublicKeyJson { Hint = hint } : null,
                Certificate = bundle.Signer.KeyHint is null ? new RawBytesJson { RawBytes = Array(bundle.Signer.Certificate) } : null,
                TlogEntries = [.. bundle.LogEntries.Select(LogEntry)],
                TimestampVerificationData = new TimestampDataJson
                {
                    Rfc3161Timestamps = [.. bundle.Timestamps.Select(bytes => new TimestampJson { SignedTimestamp = Array(bytes) })],
                },
            },
            MessageSignature = bundle.MessageSignature is { } message
                ? new MessageSignatureJson
                {
                    MessageDigest = new HashOutputJson { Algorithm = message.DigestAlgorithm, Digest = Array(message.Digest) },
                    Signature = Array(message.Signature),
                }
                : null,
            DsseEnvelope = bundle.Envelope is { } envelope
                ? new EnvelopeJson
                {
                    Payload = Array(envelope.Payload),
                    PayloadType = envelope.PayloadType,
                    Signatures = [new EnvelopeSignatureJson { Sig = Array(envelope.Signature), Keyid = envelope.KeyId }],
                }
                : null,
        },
        Json.BundleJson);

    public static LogEntryJson LogEntry(LogEntry entry) => new()
    {
        LogIndex = entry.LogIndex,
        LogId = new LogIdJson { KeyId = Array(entry.LogId) },
        KindVersion = new KindVersionJson { Kind = entry.Kind, Version = entry.Version },
        IntegratedTime = entry.IntegratedTime,
        InclusionPromise = entry.InclusionPromise.IsEmpty ? null : new InclusionPromiseJson { SignedEntryTimestamp = Array(entry.InclusionPromise) },
        InclusionProof = entry.InclusionProof is { } proof
            ? new InclusionProofJson
            {
                LogIndex = proof.LogIndex,
                RootHash = proof.RootHash.ToArray(),
                TreeSize = proof.TreeSize,
                Hashes = [.. proof.Hashes.Select(hash => hash.ToArray())],
                Checkpoint = new CheckpointJson { Envelope = proof.Checkpoint },
            }
            : null,
        CanonicalizedBody = Array(entry.CanonicalizedBody),
    };

    private static byte[] Array(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray();
}
