using System.Text.Json.Serialization;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Trust;

// The JSON of sigstore_trustroot.proto, member for member.

internal sealed record TrustedRootJson
{
    public string? MediaType { get; init; }

    public IReadOnlyList<LogInstanceJson>? Tlogs { get; init; }

    public IReadOnlyList<AuthorityJson>? CertificateAuthorities { get; init; }

    public IReadOnlyList<LogInstanceJson>? Ctlogs { get; init; }

    public IReadOnlyList<AuthorityJson>? TimestampAuthorities { get; init; }
}

internal sealed record LogInstanceJson
{
    public string? BaseUrl { get; init; }

    public string? HashAlgorithm { get; init; }

    public PublicKeyInstanceJson? PublicKey { get; init; }

    public KeyIdJson? LogId { get; init; }

    public KeyIdJson? CheckpointKeyId { get; init; }

    public string? Operator { get; init; }
}

internal sealed record PublicKeyInstanceJson
{
    public byte[]? RawBytes { get; init; }

    public string? KeyDetails { get; init; }

    public ValidityJson? ValidFor { get; init; }
}

internal sealed record KeyIdJson
{
    public byte[]? KeyId { get; init; }
}

internal sealed record ValidityJson
{
    public DateTimeOffset? Start { get; init; }

    public DateTimeOffset? End { get; init; }
}

internal sealed record AuthorityJson
{
    public DistinguishedNameJson? Subject { get; init; }

    public string? Uri { get; init; }

    public ChainJson? CertChain { get; init; }

    public ValidityJson? ValidFor { get; init; }

    public string? Operator { get; init; }
}

internal sealed record DistinguishedNameJson
{
    public string? Organization { get; init; }

    public string? CommonName { get; init; }
}

internal sealed record ChainJson
{
    public IReadOnlyList<CertificateJson>? Certificates { get; init; }
}

internal sealed record CertificateJson
{
    public byte[]? RawBytes { get; init; }
}

internal sealed record SigningConfigJson
{
    public string? MediaType { get; init; }

    public IReadOnlyList<ServiceJson>? CaUrls { get; init; }

    public IReadOnlyList<ServiceJson>? OidcUrls { get; init; }

    public IReadOnlyList<ServiceJson>? RekorTlogUrls { get; init; }

    public SelectionJson? RekorTlogConfig { get; init; }

    public IReadOnlyList<ServiceJson>? TsaUrls { get; init; }

    public SelectionJson? TsaConfig { get; init; }
}

internal sealed record ServiceJson
{
    public string? Url { get; init; }

    public int MajorApiVersion { get; init; }

    public ValidityJson? ValidFor { get; init; }

    public string? Operator { get; init; }
}

internal sealed record SelectionJson
{
    public string? Selector { get; init; }

    public int? Count { get; init; }
}

internal sealed record ClientTrustConfigJson
{
    public string? MediaType { get; init; }

    public TrustedRootJson? TrustedRoot { get; init; }

    public SigningConfigJson? SigningConfig { get; init; }
}

/// <summary>Strict: duplicate and unknown members are refused, as protojson does.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    MaxDepth = Limits.JsonDepth,
    Converters = [typeof(Base64Converter), typeof(TimestampConverter)])]
[JsonSerializable(typeof(TrustedRootJson))]
[JsonSerializable(typeof(SigningConfigJson))]
[JsonSerializable(typeof(ClientTrustConfigJson))]
internal sealed partial class TrustJsonContext : JsonSerializerContext;
