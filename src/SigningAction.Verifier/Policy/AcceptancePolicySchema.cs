using System.Text.Json.Nodes;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Verifier.Policy;

/// <summary>The JSON schema of a verification policy, for editors (<see cref="PolicyDocumentSchema"/>).</summary>
internal static class AcceptancePolicySchema
{
    /// <summary>The name under which it is checked in.</summary>
    public const string FileName = "verification-policy.schema.json";

    /// <summary>The schema as indented JSON with a final line feed.</summary>
    public static string Text() => PolicyDocumentSchema.Text(
        "Verification policy",
        "Whose signatures are accepted. What no allow rule allows does not count; a deny rule wins over every allow rule.",
        "Name of the rule, unique in the file. It stands in refusals.",
        KeyValuePair.Create<string, JsonNode?>("require", new JsonObject
        {
            ["description"] = "What must be there, all of it. Default: one signature or attestation of any allowed signer.",
            ["type"] = "array",
            ["minItems"] = 1,
            ["maxItems"] = RequirementReader.MostRequirements,
            ["items"] = Requirement(),
        }),
        KeyValuePair.Create<string, JsonNode?>(
            "logs",
            Number("Transparency logs of so many operators must hold each signature, whatever instance signed. Default: one, and none where the instance has no log (GitHub's).", Limits.LogEntries)),
        KeyValuePair.Create<string, JsonNode?>("timestamps", Number("Different sources of time that must prove each signature. Default: one.", Limits.Timestamps)),
        KeyValuePair.Create<string, JsonNode?>("max_age", new JsonObject
        {
            ["type"] = "string",
            ["pattern"] = "^[1-9][0-9]* (days?|hours?)$",
            ["description"] = "How old the earliest proven time of a signature may be, for example '90 days'. Default: any age.",
        }));

    private static JsonObject Requirement() => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["minProperties"] = 1,
        ["properties"] = new JsonObject
        {
            ["predicate_type"] = Text("Type of the predicate, exact. Default: any, and plain signatures."),
            ["signers"] = Number("Different identities that must have signed, each for a rule of its own. Default: 1.", Limits.PolicyRules),
            ["from"] = Texts("Names of the allow rules that count. Default: all."),
            ["builder_ids"] = Texts("Builders of which SLSA provenance must name one, exact, and the certificate the same. Default: any."),
        },
    };

    private static JsonObject Text(string description) => new()
    {
        ["type"] = "string",
        ["minLength"] = 1,
        ["maxLength"] = Limits.PatternCharacters,
        ["description"] = description,
    };

    private static JsonObject Texts(string description) => new()
    {
        ["description"] = description,
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = Limits.PatternCharacters },
            new JsonObject
            {
                ["type"] = "array",
                ["minItems"] = 1,
                ["maxItems"] = Limits.PolicyValues,
                ["items"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = Limits.PatternCharacters },
            }),
    };

    private static JsonObject Number(string description, int most) => new()
    {
        ["type"] = "integer",
        ["minimum"] = 1,
        ["maximum"] = most,
        ["description"] = description,
    };
}
