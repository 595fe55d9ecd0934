using System.Text;
using System.Text.Json.Nodes;

namespace SigningAction.Testing.Tuf;

/// <summary>Signed TUF metadata, written independently of the code under test.</summary>
public static class TufDocument
{
    /// <summary>OLPC canonical JSON of what tests write: whole numbers only.</summary>
    public static byte[] Canonical(JsonNode? node) => Encoding.UTF8.GetBytes(Text(node));

    /// <summary>A file: what is signed, and a signature of each signer.</summary>
    public static byte[] Sign(JsonObject body, IEnumerable<TufSigner> signers) => Write(body, [.. signers.Select(signer => signer.Sign(body))]);

    /// <summary>A file with any signatures.</summary>
    public static byte[] Write(JsonObject body, JsonArray signatures) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["signatures"] = signatures, ["signed"] = body.DeepClone() }.ToJsonString());

    private static string Text(JsonNode? node) => node switch
    {
        JsonObject members => "{" + string.Join(',', members.OrderBy(member => Convert.ToHexString(Encoding.UTF8.GetBytes(member.Key)), StringComparer.Ordinal).Select(member => $"{Quoted(member.Key)}:{Text(member.Value)}")) + "}",
        JsonArray items => "[" + string.Join(',', items.Select(Text)) + "]",
        JsonValue value when value.TryGetValue<string>(out var text) => Quoted(text),
        null => "null",
        _ => node.ToJsonString(),
    };

    private static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
