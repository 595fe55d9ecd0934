using System.Text.Json.Serialization;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Policy;

/// <summary>What <c>policy check --format json</c> prints.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Valid">Whether the authority would take it.</param>
/// <param name="Version">SHA-256 of the file in lowercase hexadecimal, as it stands in the audit; null when not valid.</param>
/// <param name="AllowRules">Rules that allow; 0 when not valid.</param>
/// <param name="DenyRules">Rules that deny; 0 when not valid.</param>
/// <param name="Errors">What is wrong, empty when valid.</param>
/// <param name="Warnings">What a valid policy says and its author hardly means; it is taken all the same.</param>
public sealed record PolicyCheckReport(
    string File, bool Valid, string? Version, int AllowRules, int DenyRules, IReadOnlyList<PolicyLoadError> Errors, IReadOnlyList<PolicyWarning> Warnings)
{
    internal static PolicyCheckReport Of(string file, SigningPolicy policy, IReadOnlyDictionary<string, bool>? issuers) => new(
        file, true, policy.Version.ToString(), Count(policy, PolicyEffect.Allow), Count(policy, PolicyEffect.Deny), [], [.. PolicyWarnings.Of(file, policy, issuers)]);

    internal static PolicyCheckReport Of(string file, IReadOnlyList<PolicyLoadError> errors) => new(file, false, null, 0, 0, errors, []);

    private static int Count(SigningPolicy policy, PolicyEffect effect) => policy.Rules.Count(rule => rule.Effect == effect);
}

/// <summary>The wire types of the policy commands.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PolicyCheckReport))]
[JsonSerializable(typeof(PolicyExplanation))]
internal sealed partial class PolicyJson : JsonSerializerContext;
