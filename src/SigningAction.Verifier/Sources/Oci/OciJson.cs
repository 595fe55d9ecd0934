using System.Text.Json.Serialization;

namespace SigningAction.Verifier.Sources.Oci;

// What is read of the registry's JSON (image-spec, distribution-spec); members that are not named are passed over.

/// <summary>A descriptor.</summary>
internal sealed record OciDescriptor(string? MediaType, string? Digest, long Size, string? ArtifactType);

/// <summary>An image index: what the referrers API and the fallback tag answer.</summary>
internal sealed record OciIndex(IReadOnlyList<OciDescriptor?>? Manifests);

/// <summary>An image manifest.</summary>
internal sealed record OciManifest(IReadOnlyList<OciDescriptor?>? Layers, OciDescriptor? Subject);

/// <summary>Answer of a registry's token service.</summary>
internal sealed record OciToken(string? Token, [property: JsonPropertyName("access_token")] string? AccessToken);

/// <summary>Docker's own configuration.</summary>
internal sealed record DockerConfigJson(IReadOnlyDictionary<string, DockerAuthJson?>? Auths);

/// <summary>One registry's credentials: base64 of <c>user:password</c>.</summary>
internal sealed record DockerAuthJson(string? Auth);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(OciIndex))]
[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciToken))]
[JsonSerializable(typeof(DockerConfigJson))]
internal sealed partial class OciJsonContext : JsonSerializerContext;
