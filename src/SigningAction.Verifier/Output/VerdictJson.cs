using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Policy;

namespace SigningAction.Verifier.Output;

// The JSON that README.md documents. Members are added, never renamed or removed, while "version" stays 1.

internal sealed record VerdictJson
{
    public int Version { get; init; } = 1;

    public required bool Verified { get; init; }

    public required int ExitCode { get; init; }

    public required ArtifactJson Artifact { get; init; }

    /// <summary>Where the trust that judged comes from.</summary>
    public TrustedByJson? TrustedBy { get; init; }

    public FailureJson? Failure { get; init; }

    /// <summary>The bundle that proves it.</summary>
    public BundleJson? Bundle { get; init; }

    public PipelineIdentity? Signer { get; init; }

    public CertificateJson? Certificate { get; init; }

    /// <summary>SHA-256 of the managed key's SubjectPublicKeyInfo, where one signed.</summary>
    public string? Key { get; init; }

    public IReadOnlyList<TimeJson>? Times { get; init; }

    public IReadOnlyList<LogEntryJson>? LogEntries { get; init; }

    public AttestationJson? Attestation { get; init; }

    public IReadOnlyList<ProofJson>? Further { get; init; }

    public IReadOnlyList<TriedJson>? Tried { get; init; }

    /// <summary>What the reader should know beside the verdict.</summary>
    public IReadOnlyList<string>? Notes { get; init; }
}

internal sealed record ProofJson(
    PipelineIdentity? Signer, CertificateJson? Certificate, string? Key, IReadOnlyList<TimeJson> Times,
    IReadOnlyList<LogEntryJson> LogEntries, AttestationJson? Attestation, BundleJson Bundle);

internal sealed record TriedJson(string Origin, bool Verified, string? Code, string? Fault);

internal sealed record ArtifactJson(string Name, string? Sha256);

internal sealed record FailureJson(string Code, string Fault, string Remedy);

internal sealed record CertificateJson(string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter);

internal sealed record TimeJson(DateTimeOffset Time, string Source);

internal sealed record LogEntryJson(string Origin, long Index, string? Operator, IReadOnlyList<CosignatureJson>? Cosignatures);

internal sealed record CosignatureJson(string Witness, DateTimeOffset? Time);

internal sealed record BundleJson(string Origin, string? Sha256);

internal sealed record TrustedByJson(string Kind, string From, string Sha256, DateTimeOffset? Taken);

internal sealed record AttestationJson(string PredicateType, Subject Subject, int Subjects, JsonElement Predicate);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization,
    MaxDepth = SafeJson.Depth)]
[JsonSerializable(typeof(VerdictJson))]
internal sealed partial class VerdictJsonContext : JsonSerializerContext;
