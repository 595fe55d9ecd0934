using System.Text.Json.Nodes;

namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>Broken copies of a case: each member left out, each text changed in its first, middle and last character. The same every time; named by the member and the kind of change.</summary>
internal static class BundleMutants
{
    public static IEnumerable<EvidenceCase> Of(EvidenceCase good)
    {
        foreach (var path in Paths(JsonNode.Parse(good.Bundle)!))
        {
            yield return Change(good, path, "removed", node =>
            {
                if (node.Parent is JsonArray array)
                {
                    array.Remove(node);
                }
                else
                {
                    node.Parent!.AsObject().Remove(node.GetPropertyName());
                }
            });
            if (At(JsonNode.Parse(good.Bundle)!, path) is not JsonValue value || !value.TryGetValue<string>(out var text) || text.Length == 0)
            {
                continue;
            }

            foreach (var at in new[] { 0, text.Length / 2, text.Length - 1 }.Distinct())
            {
                // A letter for a letter and a digit for a digit: what was base64 or a number stays one.
                var changed = text[at] switch { '0' => '1', >= '1' and <= '9' => '0', 'A' => 'B', _ => 'A' };
                yield return Change(good, path, "changed", node => node.ReplaceWith($"{text[..at]}{changed}{text[(at + 1)..]}"));
            }
        }
    }

    private static EvidenceCase Change(EvidenceCase good, string path, string what, Action<JsonNode> change)
    {
        var root = JsonNode.Parse(good.Bundle)!;
        change(At(root, path));
        return good with { Name = $"{path} {what}", Bundle = root.ToJsonString() };
    }

    private static IEnumerable<string> Paths(JsonNode node) => Children(node).SelectMany(child => Paths(child).Prepend(child.GetPath()));

    private static JsonNode At(JsonNode root, string path)
    {
        for (var node = root; ;)
        {
            if (node.GetPath() == path)
            {
                return node;
            }

            node = Children(node).First(child => path == child.GetPath() || path.StartsWith(child.GetPath() + ".", StringComparison.Ordinal) || path.StartsWith(child.GetPath() + "[", StringComparison.Ordinal));
        }
    }

    private static IEnumerable<JsonNode> Children(JsonNode node) => node switch
    {
        JsonObject json => json.Select(member => member.Value).OfType<JsonNode>(),
        JsonArray array => array.OfType<JsonNode>(),
        _ => [],
    };
}
