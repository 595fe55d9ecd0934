using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Policy;

/// <summary>The JSON schema of a signing policy, for editors (<see cref="PolicyDocumentSchema"/>).</summary>
public static class PolicySchema
{
    /// <summary>The name under which it is checked in and written beside a policy.</summary>
    public const string FileName = "signing-policy.schema.json";

    /// <summary>The schema as indented JSON with a final line feed.</summary>
    public static string Text() => PolicyDocumentSchema.Text(
        "Signing policy",
        "Which pipelines may sign. What no allow rule allows is refused; a deny rule wins over every allow rule.",
        "Name of the rule, unique in the file. It stands in every audit record of its decisions.");
}
