using System.Text.Json.Serialization;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Certificates;

/// <summary>A log's answer to add-chain (RFC 6962, section 4.1), member for member; the document does not say that there are no others.</summary>
internal sealed record AddChainJson
{
    public int? SctVersion { get; init; }

    public byte[]? Id { get; init; }

    public ulong? Timestamp { get; init; }

    public byte[]? Extensions { get; init; }

    public byte[]? Signature { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    MaxDepth = Limits.JsonDepth,
    Converters = [typeof(Base64Converter)])]
[JsonSerializable(typeof(AddChainJson))]
internal sealed partial class AddChainJsonContext : JsonSerializerContext;
