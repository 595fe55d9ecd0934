using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy.Language;

/// <summary>
/// The JSON schema of a policy document (draft 07, which every editor's YAML support reads), made from what the loader reads by. It helps while typing; the loader alone
/// decides.
/// </summary>
public static class PolicyDocumentSchema
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as indented JSON with a final line feed.</summary>
    /// <param name="title">What the document is.</param>
    /// <param name="description">What it does.</param>
    /// <param name="rule">What a rule's name is good for.</param>
    /// <param name="own">Keys at the top besides those in common, each with its schema.</param>
    public static string Text(string title, string description, string rule, params IEnumerable<KeyValuePair<string, JsonNode?>> own)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Layout))
        {
            Build(title, description, rule, own).WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static JsonObject Build(string title, string description, string rule, IEnumerable<KeyValuePair<string, JsonNode?>> own)
    {
        var properties = new JsonObject
        {
            ["version"] = new JsonObject { ["const"] = 1, ["description"] = "Version of the policy language." },
            ["issuer"] = Described(Literal(Key("issuer")), "Issuer of every allow rule that names none."),
            ["deny"] = Rules("deny_rule", "Rules that refuse, whatever an allow rule says. A rule without an issuer is about every issuer."),
            ["allow"] = new JsonObject
            {
                ["description"] = $"Rules that allow, or '{PolicyDocument.AllowNone}' to refuse everything.",
                ["oneOf"] = new JsonArray(new JsonObject { ["const"] = PolicyDocument.AllowNone }, Rules("allow_rule", "Rules that allow.")),
            },
        };
        foreach (var (key, schema) in own)
        {
            properties[key] = schema;
        }

        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = title,
            ["description"] = description,
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray("version", "allow"),
            ["properties"] = properties,
            ["definitions"] = Definitions(rule),
        };
    }

    private static JsonObject Definitions(string rule)
    {
        var deny = Rule(rule);
        deny["required"] = new JsonArray("name");
        deny["minProperties"] = 2;
        var allow = Rule(rule);
        allow["required"] = new JsonArray("name", "event", "ref");
        allow["allOf"] = new JsonArray(
            new JsonObject { ["anyOf"] = new JsonArray(Required("repository_id"), Required("owner_id")) },
            new JsonObject { ["oneOf"] = new JsonArray(Required("workflow"), Required("reusable_workflow"), Required("signer_uri")) });
        var definitions = new JsonObject
        {
            ["allow_rule"] = allow,
            ["deny_rule"] = deny,
            ["pattern"] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = "A regular expression over the whole value (anchored on both sides), without look-around and back-references.",
                ["additionalProperties"] = false,
                ["required"] = new JsonArray("pattern"),
                ["properties"] = new JsonObject
                {
                    ["pattern"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = Limits.PatternCharacters },
                },
            },
        };
        foreach (var key in PolicyKeys.All)
        {
            definitions[key.Name] = Described(OneOrMore(key), key.Description);
        }

        return definitions;
    }

    private static JsonObject Rule(string description)
    {
        var properties = new JsonObject
        {
            ["name"] = new JsonObject
            {
                ["type"] = "string",
                ["minLength"] = 1,
                ["maxLength"] = Limits.RuleNameCharacters,
                ["description"] = description,
            },
        };
        foreach (var key in PolicyKeys.All)
        {
            properties[key.Name] = Reference(key.Name);
        }

        return new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
    }

    private static JsonObject OneOrMore(PolicyKey key) => new()
    {
        ["anyOf"] = new JsonArray(
        [
            .. Values(key),
            new JsonObject
            {
                ["type"] = "array",
                ["minItems"] = 1,
                ["maxItems"] = Limits.PolicyValues,
                ["items"] = new JsonObject { ["anyOf"] = new JsonArray([.. Values(key)]) },
            },
        ]),
    };

    private static IEnumerable<JsonNode> Values(PolicyKey key)
    {
        yield return Literal(key);
        if (key.IsNumeric)
        {
            yield return new JsonObject { ["type"] = "integer", ["minimum"] = 1 };
        }

        if (key.TakesPattern)
        {
            yield return Reference("pattern");
        }
    }

    private static JsonObject Literal(PolicyKey key) => key.Words.Count > 0
        ? new JsonObject { ["enum"] = new JsonArray([.. key.Words.Select(word => JsonValue.Create(word))]) }
        : new JsonObject { ["type"] = "string", ["pattern"] = $"^(?:{key.Form})$", ["maxLength"] = Limits.PatternCharacters };

    private static JsonObject Rules(string definition, string description) => new()
    {
        ["description"] = description,
        ["type"] = "array",
        ["minItems"] = 1,
        ["maxItems"] = Limits.PolicyRules,
        ["items"] = Reference(definition),
    };

    private static JsonObject Described(JsonObject schema, string description)
    {
        schema.Insert(0, "description", description);
        return schema;
    }

    private static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/definitions/{definition}" };

    private static JsonObject Required(string key) => new() { ["required"] = new JsonArray(key) };

    private static PolicyKey Key(string name) => PolicyKeys.All.First(key => key.Name == name);
}
