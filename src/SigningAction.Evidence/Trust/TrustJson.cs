using System.Text.Json.Serialization;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Trust;

// The JSON of sigstore_trustroot.proto, member for member. Members are set one by one as in BundleJson.

internal sealed record TrustedRootJson
{
    public string? MediaType { get; set; }

    public IReadOnlyList<LogInstanceJson>? Tlogs { get; set; }

    public IReadOnlyList<AuthorityJson>? CertificateAuthorities { get; set; }

    public IReadOnlyList<LogInstanceJson>? Ctlogs { get; set; }

    public IReadOnlyList<AuthorityJson>? TimestampAuthorities { get; set; }
}

internal sealed record LogInstanceJson
{
    public string? BaseUrl { get; set; }

    public string? HashAlgorithm { get; set; }

    public PublicKeyInstanceJson? PublicKey { get; set; }

    public KeyIdJson? LogId { get; set; }

    public KeyIdJson? CheckpointKeyId { get; set; }

    public string? Operator { get; set; }
}

internal sealed record PublicKeyInstanceJson
{
    public byte[]? RawBytes { get; set; }

    public string? KeyDetails { get; set; }

    public ValidityJson? ValidFor { get; set; }
}

internal sealed record KeyIdJson
{
    public byte[]? KeyId { get; set; }
}

internal sealed record ValidityJson
{
    public DateTimeOffset? Start { get; set; }

    public DateTimeOffset? End { get; set; }
}

internal sealed record AuthorityJson
{
    public DistinguishedNameJson? Subject { get; set; }

    public string? Uri { get; set; }

    public ChainJson? CertChain { get; set; }

    public ValidityJson? ValidFor { get; set; }

    public string? Operator { get; set; }
}

internal sealed record DistinguishedNameJson
{
    public string? Organization { get; set; }

    public string? CommonName { get; set; }
}

internal sealed record ChainJson
{
    public IReadOnlyList<CertificateJson>? Certificates { get; set; }
}

internal sealed record CertificateJson
{
    public byte[]? RawBytes { get; set; }
}

internal sealed record SigningConfigJson
{
    public string? MediaType { get; set; }

    public IReadOnlyList<ServiceJson>? CaUrls { get; set; }

    public IReadOnlyList<ServiceJson>? OidcUrls { get; set; }

    public IReadOnlyList<ServiceJson>? RekorTlogUrls { get; set; }

    public SelectionJson? RekorTlogConfig { get; set; }

    public IReadOnlyList<ServiceJson>? TsaUrls { get; set; }

    public SelectionJson? TsaConfig { get; set; }
}

internal sealed record ServiceJson
{
    public string? Url { get; set; }

    public int MajorApiVersion { get; set; }

    public ValidityJson? ValidFor { get; set; }

    public string? Operator { get; set; }
}

internal sealed record SelectionJson
{
    public string? Selector { get; set; }

    public int? Count { get; set; }
}

internal sealed record ClientTrustConfigJson
{
    public string? MediaType { get; set; }

    public TrustedRootJson? TrustedRoot { get; set; }

    public SigningConfigJson? SigningConfig { get; set; }
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
