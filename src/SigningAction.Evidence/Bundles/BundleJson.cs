using System.Text.Json.Serialization;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Bundles;

// The JSON of sigstore_bundle.proto, sigstore_rekor.proto and envelope.proto, member for member. Everything is optional here:
// what a version requires is decided once, in BundleReader.

internal sealed record BundleJson
{
    public string? MediaType { get; init; }

    public VerificationMaterialJson? VerificationMaterial { get; init; }

    public MessageSignatureJson? MessageSignature { get; init; }

    public EnvelopeJson? DsseEnvelope { get; init; }
}

internal sealed record VerificationMaterialJson
{
    public PublicKeyJson? PublicKey { get; init; }

    public CertificateChainJson? X509CertificateChain { get; init; }

    public RawBytesJson? Certificate { get; init; }

    public IReadOnlyList<LogEntryJson>? TlogEntries { get; init; }

    public TimestampDataJson? TimestampVerificationData { get; init; }
}

internal sealed record PublicKeyJson
{
    public string? Hint { get; init; }
}

internal sealed record CertificateChainJson
{
    public IReadOnlyList<RawBytesJson>? Certificates { get; init; }
}

internal sealed record RawBytesJson
{
    public byte[]? RawBytes { get; init; }
}

internal sealed record TimestampDataJson
{
    public IReadOnlyList<TimestampJson>? Rfc3161Timestamps { get; init; }
}

internal sealed record TimestampJson
{
    public byte[]? SignedTimestamp { get; init; }
}

internal sealed record LogEntryJson
{
    public long LogIndex { get; init; }

    public LogIdJson? LogId { get; init; }

    public KindVersionJson? KindVersion { get; init; }

    public long IntegratedTime { get; init; }

    public InclusionPromiseJson? InclusionPromise { get; init; }

    public InclusionProofJson? InclusionProof { get; init; }

    public byte[]? CanonicalizedBody { get; init; }
}

internal sealed record LogIdJson
{
    public byte[]? KeyId { get; init; }
}

internal sealed record KindVersionJson
{
    public string? Kind { get; init; }

    public string? Version { get; init; }
}

internal sealed record InclusionPromiseJson
{
    public byte[]? SignedEntryTimestamp { get; init; }
}

internal sealed record InclusionProofJson
{
    public long LogIndex { get; init; }

    public byte[]? RootHash { get; init; }

    public long TreeSize { get; init; }

    public IReadOnlyList<byte[]>? Hashes { get; init; }

    public CheckpointJson? Checkpoint { get; init; }
}

internal sealed record CheckpointJson
{
    public string? Envelope { get; init; }
}

internal sealed record MessageSignatureJson
{
    public HashOutputJson? MessageDigest { get; init; }

    public byte[]? Signature { get; init; }
}

internal sealed record HashOutputJson
{
    public string? Algorithm { get; init; }

    public byte[]? Digest { get; init; }
}

internal sealed record EnvelopeJson
{
    [JsonConverter(typeof(DsseBase64Converter))]
    public byte[]? Payload { get; init; }

    public string? PayloadType { get; init; }

    public IReadOnlyList<EnvelopeSignatureJson>? Signatures { get; init; }
}

internal sealed record EnvelopeSignatureJson
{
    [JsonConverter(typeof(DsseBase64Converter))]
    public byte[]? Sig { get; init; }

    public string? Keyid { get; init; }
}

/// <summary>Strict: duplicate and unknown members are refused, as protojson does.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = Limits.JsonDepth,
    Converters = [typeof(Base64Converter), typeof(Int64Converter)])]
[JsonSerializable(typeof(BundleJson))]
[JsonSerializable(typeof(LogEntryJson))]
[JsonSerializable(typeof(EnvelopeJson))]
internal sealed partial class BundleJsonContext : JsonSerializerContext;
