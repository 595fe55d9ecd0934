using System.Text.Json.Serialization;

namespace SigningAction.Agent.Publishing.Registries;

/// <summary>What a registry sends and takes, as far as it is read or written here.</summary>
internal static class RegistryWire
{
    internal sealed record TokenAnswer(
        string? Token,
        [property: JsonPropertyName("access_token")] string? AccessToken);

    internal sealed record Descriptor(string MediaType, string Digest, long Size, string? ArtifactType = null, IReadOnlyDictionary<string, string>? Annotations = null);

    internal sealed record Manifest(
        int SchemaVersion,
        string MediaType,
        string ArtifactType,
        Descriptor Config,
        IReadOnlyList<Descriptor> Layers,
        Descriptor Subject,
        IReadOnlyDictionary<string, string> Annotations);

    internal sealed record ReferrersIndex(int SchemaVersion, string? MediaType, IReadOnlyList<Descriptor?>? Manifests);
}
