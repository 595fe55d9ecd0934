using System.Text.Json;
using System.Text.Json.Serialization;

namespace SigningAction.Agent.Publishing.GitHub;

/// <summary>The documents of GitHub's API that are read or written here.</summary>
[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GitHubWire.CreatedAttestation))]
[JsonSerializable(typeof(GitHubWire.AttestationList))]
[JsonSerializable(typeof(GitHubWire.Release))]
[JsonSerializable(typeof(List<GitHubWire.Release?>), TypeInfoPropertyName = "Releases")]
[JsonSerializable(typeof(GitHubWire.Asset))]
[JsonSerializable(typeof(List<GitHubWire.Asset?>), TypeInfoPropertyName = "Assets")]
[JsonSerializable(typeof(GitHubWire.StorageRecord))]
[JsonSerializable(typeof(GitHubWire.StoredRecords))]
internal sealed partial class GitHubJson : JsonSerializerContext;
