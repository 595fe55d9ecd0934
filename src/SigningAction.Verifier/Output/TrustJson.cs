using System.Text.Json.Serialization;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Verifier.Output;

// The JSON of trust show and trust update. Members are added, never renamed or removed, while "version" stays 1.

internal sealed record TrustJson
{
    public int Version { get; init; } = 1;

    public required int ExitCode { get; init; }

    public FailureJson? Failure { get; init; }

    public TrustOriginJson? Origin { get; init; }

    public IReadOnlyList<TrustRootJson>? Roots { get; init; }
}

internal sealed record TrustOriginJson(string Kind, string From, string Sha256, DateTimeOffset? Taken, TufJson? Tuf);

internal sealed record TufJson(int RootVersion, int TimestampVersion, DateTimeOffset Expires, bool Expired);

internal sealed record TrustRootJson(
    IReadOnlyList<TrustedAuthorityJson> CertificateAuthorities,
    IReadOnlyList<TrustedAuthorityJson> TimestampAuthorities,
    IReadOnlyList<TrustedLogJson> Logs,
    IReadOnlyList<TrustedLogJson> CertificateLogs,
    IReadOnlyList<string> LeftOut);

internal sealed record TrustedAuthorityJson(string Subject, DateTimeOffset Start, DateTimeOffset? End);

internal sealed record TrustedLogJson(string Url, string LogId, string KeyDetails, string? Operator, DateTimeOffset Start, DateTimeOffset? End);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = Limits.JsonDepth)]
[JsonSerializable(typeof(TrustJson))]
internal sealed partial class TrustOutputContext : JsonSerializerContext;
