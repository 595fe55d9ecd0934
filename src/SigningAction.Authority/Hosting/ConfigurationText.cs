using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// The text of <c>authority.json</c> held against the types that it configures: every fault with its line and in words of the file, not of the program. What is faulty is left
/// out, so that the rest can be looked at too.
/// </summary>
internal sealed class ConfigurationText
{
    private readonly byte[] _content;
    private readonly List<string> _faults = [];

    private ConfigurationText(byte[] content) => _content = content;

    /// <summary>Reads it.</summary>
    /// <returns>The configuration, null where too little of it is sound to make one; and what is wrong, one sentence each.</returns>
    public static (AuthorityConfiguration? Configuration, IReadOnlyList<string> Faults) Read(byte[] content)
    {
        var text = new ConfigurationText(content);
        return (text.Read(), text._faults);
    }

    private AuthorityConfiguration? Read()
    {
        var type = ConfigurationJson.Default.AuthorityConfiguration;
        try
        {
            var reader = new Utf8JsonReader(_content, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip });
            if (_content.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0)
            {
                _faults.Add("the file is empty: restore it from its backup.");
                return null;
            }

            _ = reader.Read();
            var isSound = TryRead(ref reader, type, "the file", out var root);
            _ = reader.Read();
            if (isSound && root is null)
            {
                Fault(1, $"the file must be {Expected(type)}.");
            }

            return isSound ? root?.Deserialize(type) : null;
        }
        catch (JsonException e)
        {
            if (_faults.Count == 0 || e.LineNumber is not null)
            {
                _faults.Add(string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber + 1 ?? 1}: not JSON: {PrintableText.Neutralise(e.Message.Split(" LineNumber:")[0].Split(" Path:")[0])}"));
            }

            return null;
        }
    }

    private bool TryRead(ref Utf8JsonReader reader, JsonTypeInfo type, string name, out JsonNode? value)
    {
        value = null;
        switch (type.Kind, reader.TokenType)
        {
            case (JsonTypeInfoKind.Object, JsonTokenType.StartObject):
                return TryReadObject(ref reader, type, name, out value);
            case (JsonTypeInfoKind.Dictionary, JsonTokenType.StartObject):
                var entries = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var (key, line) = (reader.GetString()!, Line(reader));
                    _ = reader.Read();
                    if (TryRead(ref reader, ElementOf(type), $"{name}.{key}", out var entry) && !entries.TryAdd(key, entry))
                    {
                        Fault(line, $"'{key}' stands twice in {name}: keep one.");
                    }
                }

                value = entries;
                return true;
            case (JsonTypeInfoKind.Enumerable, JsonTokenType.StartArray):
                var items = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (TryRead(ref reader, ElementOf(type), string.Create(CultureInfo.InvariantCulture, $"{name}[{items.Count}]"), out var item))
                    {
                        items.Add(item);
                    }
                }

                value = items;
                return true;
            default:
                return TryReadScalar(ref reader, type, name, out value);
        }
    }

    private bool TryReadObject(ref Utf8JsonReader reader, JsonTypeInfo type, string name, out JsonNode? value)
    {
        var start = Line(reader);
        var prefix = type.Type == typeof(AuthorityConfiguration) ? "" : $"{name}.";
        var members = new JsonObject();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var (key, line) = (reader.GetString()!, Line(reader));
            _ = reader.Read();
            if (type.Properties.FirstOrDefault(property => property.Name == key) is not { } member)
            {
                Fault(line, $"unknown member '{key}'{(NearestName.Of(key, type.Properties.Select(property => property.Name)) is { } nearest ? $": did you mean {nearest}?" : $" in {name}.")}");
                reader.Skip();
            }
            else if (!seen.Add(key))
            {
                Fault(line, $"'{prefix}{key}' stands twice: keep one.");
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.Null && !member.IsSetNullable)
            {
                Fault(line, $"{prefix}{key} must not be null: give it a value, or leave it out.");
            }
            else if (TryRead(ref reader, type.Options.GetTypeInfo(member.PropertyType), prefix + key, out var read))
            {
                members.Add(key, read);
            }
        }

        foreach (var missing in type.Properties.Where(property => property.IsRequired && !seen.Contains(property.Name)))
        {
            Fault(start, $"{prefix}{missing.Name} is missing.");
        }

        value = members;
        return type.Properties.All(property => !property.IsRequired || members.ContainsKey(property.Name));
    }

    private bool TryReadScalar(ref Utf8JsonReader reader, JsonTypeInfo type, string name, out JsonNode? value)
    {
        value = null;
        var line = Line(reader);
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            reader.Skip();
        }
        else if (type.Kind == JsonTypeInfoKind.None || reader.TokenType == JsonTokenType.Null)
        {
            var token = _content.AsSpan(start, (int)reader.BytesConsumed - start);
            try
            {
                _ = JsonSerializer.Deserialize(token, type);
                value = JsonNode.Parse(token);
                return true;
            }
            catch (JsonException)
            {
                // Told below, in words of the file.
            }
        }

        Fault(line, $"{name} must be {Expected(type)}.");
        return false;
    }

    private static JsonTypeInfo ElementOf(JsonTypeInfo type) => type.Options.GetTypeInfo(type.ElementType!);

    private static string Expected(JsonTypeInfo type)
    {
        var plain = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        return type.Kind switch
        {
            JsonTypeInfoKind.Object => "an object: { … }",
            JsonTypeInfoKind.Dictionary => "an object with a text for each name: { \"name\": \"text\" }",
            JsonTypeInfoKind.Enumerable => "a list: [ … ]",
            _ when plain.IsEnum => string.Join(" or ", Enum.GetNames(plain).Where(word => word != "None")),
            _ when plain == typeof(bool) => "true or false, without quotes",
            _ when plain == typeof(TimeSpan) => "a time like \"00:10:00\"",
            _ when plain == typeof(string) => "a text in quotes",
            _ => "a whole number, without quotes",
        };
    }

    private void Fault(int line, string sentence) => _faults.Add(string.Create(CultureInfo.InvariantCulture, $"line {line}: {PrintableText.Neutralise(sentence)}"));

    private int Line(in Utf8JsonReader reader) => 1 + _content.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n');
}
