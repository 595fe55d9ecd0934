using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Verifier.Output;

/// <summary>What <c>policy check --format json</c> prints: the members of the authority's command of that name.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Valid">Whether it is a policy.</param>
/// <param name="Version">SHA-256 of the file; null when it is none.</param>
/// <param name="AllowRules">Rules that allow; 0 when it is none.</param>
/// <param name="DenyRules">Rules that deny; 0 when it is none.</param>
/// <param name="Errors">What is wrong, each with its line; empty when valid.</param>
internal sealed record PolicyCheckJson(string File, bool Valid, string? Version, int AllowRules, int DenyRules, IReadOnlyList<PolicyLoadError> Errors);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(PolicyCheckJson))]
internal sealed partial class PolicyCheckJsonContext : JsonSerializerContext;
