using System.Text.Json.Serialization;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Transparency;

// The JSON of log entries as Rekor keeps them (rekor pkg/types/*/*_schema.json, rekor-tiles rekor/v2/*.proto), member for member.

internal sealed record EntryBodyJson<T>
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public T? Spec { get; init; }
}

internal sealed record EntryHashJson
{
    public string? Algorithm { get; init; }

    public string? Value { get; init; }
}

internal sealed record HashedRekordV1Json
{
    public HashedDataJson? Data { get; init; }

    public HashedSignatureJson? Signature { get; init; }
}

internal sealed record HashedDataJson
{
    public EntryHashJson? Hash { get; init; }
}

internal sealed record HashedSignatureJson
{
    public byte[]? Content { get; init; }

    public HashedKeyJson? PublicKey { get; init; }
}

internal sealed record HashedKeyJson
{
    public byte[]? Content { get; init; }
}

internal sealed record DsseV1Json
{
    public EntryHashJson? EnvelopeHash { get; init; }

    public EntryHashJson? PayloadHash { get; init; }

    public IReadOnlyList<DsseV1SignatureJson>? Signatures { get; init; }
}

internal sealed record DsseV1SignatureJson
{
    [JsonConverter(typeof(DsseBase64Converter))]
    public byte[]? Signature { get; init; }

    public byte[]? Verifier { get; init; }
}

internal sealed record IntotoV2Json
{
    public IntotoContentJson? Content { get; init; }
}

internal sealed record IntotoContentJson
{
    public IntotoEnvelopeJson? Envelope { get; init; }

    public EntryHashJson? Hash { get; init; }

    public EntryHashJson? PayloadHash { get; init; }
}

internal sealed record IntotoEnvelopeJson
{
    public byte[]? Payload { get; init; }

    public string? PayloadType { get; init; }

    public IReadOnlyList<IntotoSignatureJson>? Signatures { get; init; }
}

internal sealed record IntotoSignatureJson
{
    public string? Keyid { get; init; }

    public byte[]? PublicKey { get; init; }

    public byte[]? Sig { get; init; }
}

internal sealed record DsseV2Json
{
    public DsseV2RecordJson? DsseV002 { get; init; }
}

internal sealed record DsseV2RecordJson
{
    public DsseV2HashJson? PayloadHash { get; init; }

    public IReadOnlyList<DsseV2SignatureJson>? Signatures { get; init; }
}

internal sealed record DsseV2HashJson
{
    public string? Algorithm { get; init; }

    public byte[]? Digest { get; init; }
}

internal sealed record DsseV2SignatureJson
{
    public byte[]? Content { get; init; }

    public DsseV2VerifierJson? Verifier { get; init; }
}

internal sealed record DsseV2VerifierJson
{
    public string? KeyDetails { get; init; }

    public DsseV2BytesJson? PublicKey { get; init; }

    public DsseV2BytesJson? X509Certificate { get; init; }
}

internal sealed record DsseV2BytesJson
{
    public byte[]? RawBytes { get; init; }
}

/// <summary>Strict: a member that is unknown or twice there might be the one that another reader believes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    MaxDepth = Limits.JsonDepth,
    Converters = [typeof(Base64Converter)])]
[JsonSerializable(typeof(EntryBodyJson<HashedRekordV1Json>), TypeInfoPropertyName = "HashedRekordV1")]
[JsonSerializable(typeof(EntryBodyJson<DsseV1Json>), TypeInfoPropertyName = "DsseV1")]
[JsonSerializable(typeof(EntryBodyJson<IntotoV2Json>), TypeInfoPropertyName = "IntotoV2")]
[JsonSerializable(typeof(EntryBodyJson<DsseV2Json>), TypeInfoPropertyName = "DsseV2")]
internal sealed partial class EntryBodyJsonContext : JsonSerializerContext;
