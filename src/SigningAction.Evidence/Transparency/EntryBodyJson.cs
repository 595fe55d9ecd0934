using System.Text.Json.Serialization;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Transparency;

// The JSON of log entries as Rekor keeps them (rekor pkg/types/*/*_schema.json, rekor-tiles rekor/v2/*.proto), member for member. Members are set one by one as in BundleJson.

internal sealed record EntryBodyJson<T>
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public T? Spec { get; set; }
}

internal sealed record EntryHashJson
{
    public string? Algorithm { get; set; }

    public string? Value { get; set; }
}

internal sealed record HashedRekordV1Json
{
    public HashedDataJson? Data { get; set; }

    public HashedSignatureJson? Signature { get; set; }
}

internal sealed record HashedDataJson
{
    public EntryHashJson? Hash { get; set; }
}

internal sealed record HashedSignatureJson
{
    public byte[]? Content { get; set; }

    public HashedKeyJson? PublicKey { get; set; }
}

internal sealed record HashedKeyJson
{
    public byte[]? Content { get; set; }
}

internal sealed record DsseV1Json
{
    public EntryHashJson? EnvelopeHash { get; set; }

    public EntryHashJson? PayloadHash { get; set; }

    public IReadOnlyList<DsseV1SignatureJson>? Signatures { get; set; }
}

internal sealed record DsseV1SignatureJson
{
    [JsonConverter(typeof(DsseBase64Converter))]
    public byte[]? Signature { get; set; }

    public byte[]? Verifier { get; set; }
}

internal sealed record IntotoV2Json
{
    public IntotoContentJson? Content { get; set; }
}

internal sealed record IntotoContentJson
{
    public IntotoEnvelopeJson? Envelope { get; set; }

    public EntryHashJson? Hash { get; set; }

    public EntryHashJson? PayloadHash { get; set; }
}

internal sealed record IntotoEnvelopeJson
{
    public byte[]? Payload { get; set; }

    public string? PayloadType { get; set; }

    public IReadOnlyList<IntotoSignatureJson>? Signatures { get; set; }
}

internal sealed record IntotoSignatureJson
{
    public string? Keyid { get; set; }

    public byte[]? PublicKey { get; set; }

    public byte[]? Sig { get; set; }
}

internal sealed record DsseV2Json
{
    public DsseV2RecordJson? DsseV002 { get; set; }
}

internal sealed record DsseV2RecordJson
{
    public DsseV2HashJson? PayloadHash { get; set; }

    public IReadOnlyList<DsseV2SignatureJson>? Signatures { get; set; }
}

internal sealed record DsseV2HashJson
{
    public string? Algorithm { get; set; }

    public byte[]? Digest { get; set; }
}

internal sealed record DsseV2SignatureJson
{
    public byte[]? Content { get; set; }

    public DsseV2VerifierJson? Verifier { get; set; }
}

internal sealed record DsseV2VerifierJson
{
    public string? KeyDetails { get; set; }

    public DsseV2BytesJson? PublicKey { get; set; }

    public DsseV2BytesJson? X509Certificate { get; set; }
}

internal sealed record DsseV2BytesJson
{
    public byte[]? RawBytes { get; set; }
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
