using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Testing.Mutants;

/// <summary>
/// Broken copies of a JSON document, the same every time: each member removed, emptied, doubled, exchanged with the next; each text longer, shorter, changed in its first, middle and last
/// character; what base64 holds changed in its bytes, and in its members where it is JSON itself.
/// </summary>
public static class JsonMutants
{
    /// <summary>The mutants, each with its name: the path of the member, and what was done to it.</summary>
    public static IEnumerable<(string Name, byte[] Mutant)> Of(byte[] original)
    {
        foreach (var path in Paths(JsonNode.Parse(original)!))
        {
            yield return Change(original, path, "removed", Remove);
            yield return Change(original, path, "null", node => Replace(node, null));
            yield return Change(original, path, "number", node => Replace(node, 12345));
            yield return Change(original, path, "empty", node => Replace(node, string.Empty));
            yield return Twice(original, path);
            if (Swapped(original, path) is { } swapped)
            {
                yield return swapped;
            }

            if (At(JsonNode.Parse(original)!, path) is not JsonValue value || !value.TryGetValue<string>(out var text))
            {
                continue;
            }

            yield return Change(original, path, "appended", node => Replace(node, text + "A"));
            yield return Change(original, path, "line feed", node => Replace(node, text + "\n"));
            foreach (var (place, at) in new[] { ("first", 0), ("middle", text.Length / 2), ("last", text.Length - 1) }.Where(one => text.Length > 0).DistinctBy(one => one.Item2))
            {
                // Another character of the same kind: what was base64, a number or a line stays one.
                var other = text[at] switch { '0' => '1', >= '1' and <= '9' => '0', 'A' => 'B', '\n' => ' ', _ => 'A' };
                yield return Change(original, path, $"{place} character changed", node => Replace(node, $"{text[..at]}{other}{text[(at + 1)..]}"));
            }

            if (text.Length > 1)
            {
                yield return Change(original, path, "cut short", node => Replace(node, text[..^1]));
            }

            if (!StrictBase64.TryDecode(text, out var bytes) || bytes.Length < 8)
            {
                continue;
            }

            if (IsJson(bytes))
            {
                // JSON inside (the entry's body, the payload): each of its members too.
                foreach (var (name, mutant) in Of(bytes))
                {
                    yield return Change(original, path, $"{name} inside", node => Replace(node, StrictBase64.Encode(mutant)));
                }

                continue;
            }

            // Every 17th byte: all fields of the DER, without hours of signatures.
            for (var i = 0; i < bytes.Length; i += bytes.Length > 64 ? 17 : 1)
            {
                var at = i;
                yield return Change(original, path, $"byte {at} flipped", node =>
                {
                    var flipped = (byte[])bytes.Clone();
                    flipped[at] ^= 0x01;
                    Replace(node, StrictBase64.Encode(flipped));
                });
            }

            yield return Change(original, path, "trailing byte", node => Replace(node, StrictBase64.Encode([.. bytes, 0])));
            yield return Change(original, path, "truncated", node => Replace(node, StrictBase64.Encode(bytes.AsSpan(0, bytes.Length - 1))));
        }
    }

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            return bytes[0] == (byte)'{' && JsonNode.Parse(bytes) is JsonObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Paths(JsonNode node)
    {
        IEnumerable<JsonNode> children = node switch
        {
            JsonObject json => json.Select(member => member.Value).OfType<JsonNode>(),
            JsonArray array => array.OfType<JsonNode>(),
            _ => [],
        };
        return children.SelectMany(child => Paths(child).Prepend(child.GetPath()));
    }

    private static JsonNode At(JsonNode root, string path) => path == "$" ? root
        : root switch
        {
            JsonObject json => json.Select(member => member.Value),
            JsonArray array => array,
            _ => [],
        } is var children && children.OfType<JsonNode>().FirstOrDefault(child => child.GetPath() == path) is { } found ? found
        : children.OfType<JsonNode>().Where(child => path.StartsWith(child.GetPath() + ".", StringComparison.Ordinal) || path.StartsWith(child.GetPath() + "[", StringComparison.Ordinal))
            .Select(child => At(child, path)).First();

    private static (string Name, byte[] Mutant) Change(byte[] original, string path, string what, Action<JsonNode> change)
    {
        var root = JsonNode.Parse(original)!;
        change(At(root, path));
        return ($"{path} {what}", System.Text.Encoding.UTF8.GetBytes(root.ToJsonString()));
    }

    /// <summary>The member or element once more beside itself, as text: a tree of JSON cannot hold a name twice.</summary>
    private static (string Name, byte[] Mutant) Twice(byte[] original, string path)
    {
        const string Mark = "twice-38a1";
        var root = JsonNode.Parse(original)!;
        var node = At(root, path);
        var value = node.ToJsonString();
        if (node.Parent is JsonArray array)
        {
            array.Insert(node.GetElementIndex(), node.DeepClone());
            return ($"{path} doubled", System.Text.Encoding.UTF8.GetBytes(root.ToJsonString()));
        }

        var name = node.GetPropertyName();
        Replace(node, Mark);
        return ($"{path} doubled", System.Text.Encoding.UTF8.GetBytes(root.ToJsonString().Replace($"\"{Mark}\"", $"{value},\"{name}\":{value}", StringComparison.Ordinal)));
    }

    /// <summary>The value exchanged with its next sibling's.</summary>
    private static (string Name, byte[] Mutant)? Swapped(byte[] original, string path)
    {
        var root = JsonNode.Parse(original)!;
        var node = At(root, path);
        var siblings = node.Parent is JsonObject json ? json.Select(member => member.Value).OfType<JsonNode>().ToList() : [.. node.Parent!.AsArray().OfType<JsonNode>()];
        var at = siblings.IndexOf(node);
        if (at + 1 >= siblings.Count || JsonNode.DeepEquals(node, siblings[at + 1]))
        {
            return null;
        }

        var (first, second) = (node.DeepClone(), siblings[at + 1].DeepClone());
        Replace(siblings[at + 1], first);
        Replace(node, second);
        return ($"{path} swapped with the next", System.Text.Encoding.UTF8.GetBytes(root.ToJsonString()));
    }

    private static void Remove(JsonNode node)
    {
        if (node.Parent is JsonArray array)
        {
            array.Remove(node);
        }
        else
        {
            node.Parent!.AsObject().Remove(node.GetPropertyName());
        }
    }

    private static void Replace(JsonNode node, JsonNode? value)
    {
        if (node.Parent is JsonArray array)
        {
            array[node.GetElementIndex()] = value;
        }
        else
        {
            node.Parent!.AsObject()[node.GetPropertyName()] = value;
        }
    }
}
