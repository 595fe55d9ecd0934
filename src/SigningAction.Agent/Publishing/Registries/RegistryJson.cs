using System.Text.Json.Serialization;

namespace SigningAction.Agent.Publishing.Registries;

/// <summary>The documents of a registry that are read or written here.</summary>
[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RegistryWire.TokenAnswer))]
[JsonSerializable(typeof(RegistryWire.Manifest))]
[JsonSerializable(typeof(RegistryWire.Descriptor))]
[JsonSerializable(typeof(RegistryWire.ReferrersIndex))]
internal sealed partial class RegistryJson : JsonSerializerContext;
