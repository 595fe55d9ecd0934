using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Unicode;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Wire;

/// <summary>
/// One object of proto3 JSON as the gateways of Fulcio and Rekor read it: a member's name in camelCase or snake_case, null is absent, bytes are canonical
/// base64. Reading marks members; <see cref="RefuseOthers"/> then refuses what nobody read, where the API is strict.
/// </summary>
public sealed class ProtoObject
{
    private static readonly ConcurrentDictionary<string, string> SnakeCaseNames = new(StringComparer.Ordinal);

    private readonly JsonElement _json;
    private readonly string _path;
    private readonly List<string> _read = [];

    private ProtoObject(JsonElement json, string path) => (_json, _path) = (json, path);

    /// <summary>The bytes of the object as they came.</summary>
    public ReadOnlySpan<byte> RawBytes => System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(_json);

    /// <summary>Reads a whole body as one object.</summary>
    /// <exception cref="RequestRefusedException">No JSON object, a member twice, nested too deep, no UTF-8.</exception>
    public static ProtoObject Parse(byte[] utf8)
    {
        try
        {
            var json = JsonElement.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = Limits.JsonDepth });
            return json.ValueKind == JsonValueKind.Object && Utf8.IsValid(utf8)
                ? new ProtoObject(json, string.Empty)
                : throw Malformed("The request body is not a JSON object.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Malformed("The request body is not valid JSON, or a member stands in it twice.", e);
        }
    }

    /// <summary>The object of this name, or null when it is absent.</summary>
    /// <exception cref="RequestRefusedException">It is no object.</exception>
    public ProtoObject? Child(string name) => Find(name, JsonValueKind.Object, "an object") is { } found ? new ProtoObject(found, At(name)) : null;

    /// <summary>The objects of the list of this name; empty when it is absent.</summary>
    /// <exception cref="RequestRefusedException">It is no list, or has another thing than objects in it.</exception>
    public IReadOnlyList<ProtoObject> Children(string name)
    {
        if (Find(name, JsonValueKind.Array, "a list") is not { } list)
        {
            return [];
        }

        var objects = new List<ProtoObject>();
        foreach (var item in list.EnumerateArray())
        {
            objects.Add(item.ValueKind == JsonValueKind.Object ? new ProtoObject(item, At(name)) : throw Malformed($"A member of {At(name)} is not an object."));
        }

        return objects;
    }

    /// <summary>The text of this name; empty when it is absent.</summary>
    /// <exception cref="RequestRefusedException">It is no text.</exception>
    public string Text(string name)
    {
        try
        {
            return Find(name, JsonValueKind.String, "text")?.GetString() ?? string.Empty;
        }
        catch (InvalidOperationException e)
        {
            throw Malformed($"{At(name)} has text that is not Unicode.", e);
        }
    }

    /// <summary>The bytes of this name; empty when it is absent.</summary>
    /// <exception cref="RequestRefusedException">It is not base64 in its one form.</exception>
    public byte[] Bytes(string name)
    {
        if (Find(name, JsonValueKind.String, "text") is not { } found)
        {
            return [];
        }

        // Most are written as they are and need not become text first; a backslash is in no base64, so what is escaped takes the long way.
        var raw = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(found)[1..^1];
        return (raw.Contains((byte)'\\') ? StrictBase64.TryDecode(Text(name), out var bytes) : StrictBase64.TryDecode(raw, out bytes)) ? bytes
            : throw Malformed($"{At(name)} is not standard base64 in its canonical form.");
    }

    /// <summary>The truth of this name; false when it is absent.</summary>
    /// <exception cref="RequestRefusedException">It is neither true nor false.</exception>
    public bool Flag(string name)
    {
        if (Find(name) is not { } found)
        {
            return false;
        }

        return found.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? found.ValueKind == JsonValueKind.True
            : throw Malformed($"{At(name)} is neither true nor false.");
    }

    /// <summary>The number of this name as it was written, or null when it is absent; a decimal text is a number in proto3 JSON.</summary>
    /// <exception cref="RequestRefusedException">It is neither a number nor text.</exception>
    public string? Number(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { ValueKind: JsonValueKind.String } => Text(name),
        _ => throw Malformed($"{At(name)} is not a number."),
    };

    /// <summary>Refuses every member that was not read.</summary>
    /// <exception cref="RequestRefusedException">There is one.</exception>
    public void RefuseOthers()
    {
        foreach (var member in _json.EnumerateObject())
        {
            if (!_read.Contains(member.Name))
            {
                throw Malformed($"{(_path.Length == 0 ? "The request" : _path)} has an unknown member '{PrintableText.Exact(member.Name)}'.");
            }
        }
    }

    private JsonElement? Find(string name, JsonValueKind kind, string what) => Find(name) is { } found
        ? found.ValueKind == kind ? found : throw Malformed($"{At(name)} is not {what}.")
        : null;

    private JsonElement? Find(string name)
    {
        var snake = SnakeCase(name);
        _read.Add(name);
        _read.Add(snake);
        var isCamel = _json.TryGetProperty(name, out var camelValue);
        if (snake != name && _json.TryGetProperty(snake, out var snakeValue))
        {
            // Two spellings are one member given twice.
            return isCamel ? throw Malformed($"{At(name)} is given twice.") : Present(snakeValue);
        }

        return isCamel ? Present(camelValue) : null;
    }

    private static JsonElement? Present(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value;

    private string At(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    /// <summary>The names that are asked for are constants of this program, so the memory is bounded.</summary>
    private static string SnakeCase(string name) => SnakeCaseNames.GetOrAdd(
        name, static name => string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{c}")));

    private static RequestRefusedException Malformed(string fault, Exception? inner = null) => inner is null
        ? new RequestRefusedException(StatusCodes.Status400BadRequest, "REQUEST_MALFORMED", fault)
        : new RequestRefusedException(StatusCodes.Status400BadRequest, "REQUEST_MALFORMED", fault, null, inner);
}
