using System.Text.Json;
using System.Text.Json.Serialization;

namespace SigningAction.Verifier.Sources.GitHub;

// What is read of the attestations API; members that are not named are passed over.

/// <summary>One page.</summary>
internal sealed record GitHubPage(IReadOnlyList<GitHubAttestation?>? Attestations);

/// <summary>One attestation: the bundle itself (older API versions), or where it lies.</summary>
internal sealed record GitHubAttestation(JsonElement Bundle, [property: JsonPropertyName("bundle_url")] string? BundleUrl);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GitHubPage))]
internal sealed partial class GitHubJsonContext : JsonSerializerContext;
