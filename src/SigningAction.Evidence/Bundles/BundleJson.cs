using System.Text.Json.Serialization;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Bundles;

// The JSON of sigstore_bundle.proto, sigstore_rekor.proto and envelope.proto, member for member. Everything is optional here:
// what a version requires is decided once, in BundleReader. Members are set one by one: those that only an initialiser can set are collected as the arguments of a
// constructor, boxed, and the platform builds as much again of what it knows of the type.

internal sealed record BundleJson
{
    public string? MediaType { get; set; }

    public VerificationMaterialJson? VerificationMaterial { get; set; }

    public MessageSignatureJson? MessageSignature { get; set; }

    public EnvelopeJson? DsseEnvelope { get; set; }
}

internal sealed record VerificationMaterialJson
{
    public PublicKeyJson? PublicKey { get; set; }

    public CertificateChainJson? X509CertificateChain { get; set; }

    public RawBytesJson? Certificate { get; set; }

    public IReadOnlyList<LogEntryJson>? TlogEntries { get; set; }

    public TimestampDataJson? TimestampVerificationData { get; set; }
}

internal sealed record PublicKeyJson
{
    public string? Hint { get; set; }
}

internal sealed record CertificateChainJson
{
    public IReadOnlyList<RawBytesJson>? Certificates { get; set; }
}

internal sealed record RawBytesJson
{
    public byte[]? RawBytes { get; set; }
}

internal sealed record TimestampDataJson
{
    public IReadOnlyList<TimestampJson>? Rfc3161Timestamps { get; set; }
}

internal sealed record TimestampJson
{
    public byte[]? SignedTimestamp { get; set; }
}

internal sealed record LogEntryJson
{
    public long LogIndex { get; set; }

    public LogIdJson? LogId { get; set; }

    public KindVersionJson? KindVersion { get; set; }

    public long IntegratedTime { get; set; }

    public InclusionPromiseJson? InclusionPromise { get; set; }

    public InclusionProofJson? InclusionProof { get; set; }

    public byte[]? CanonicalizedBody { get; set; }
}

internal sealed record LogIdJson
{
    public byte[]? KeyId { get; set; }
}

internal sealed record KindVersionJson
{
    public string? Kind { get; set; }

    public string? Version { get; set; }
}

internal sealed record InclusionPromiseJson
{
    public byte[]? SignedEntryTimestamp { get; set; }
}

internal sealed record InclusionProofJson
{
    public long LogIndex { get; set; }

    public byte[]? RootHash { get; set; }

    public long TreeSize { get; set; }

    public IReadOnlyList<byte[]>? Hashes { get; set; }

    public CheckpointJson? Checkpoint { get; set; }
}

internal sealed record CheckpointJson
{
    public string? Envelope { get; set; }
}

internal sealed record MessageSignatureJson
{
    public HashOutputJson? MessageDigest { get; set; }

    public byte[]? Signature { get; set; }
}

internal sealed record HashOutputJson
{
    public string? Algorithm { get; set; }

    public byte[]? Digest { get; set; }
}

internal sealed record EnvelopeJson
{
    [JsonConverter(typeof(DsseBase64Converter))]
    public byte[]? Payload { get; set; }

    public string? PayloadType { get; set; }

    public IReadOnlyList<EnvelopeSignatureJson>? Signatures { get; set; }
}

internal sealed record EnvelopeSignatureJson
{
    [JsonConverter(typeof(DsseBase64Converter))]
    public byte[]? Sig { get; set; }

    public string? Keyid { get; set; }
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
