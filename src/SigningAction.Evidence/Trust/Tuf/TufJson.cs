using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust.Tuf;

/// <summary>Reads members of TUF metadata that must be there, each of its type. Members that TUF does not define are signed and ignored, as it says.</summary>
internal static class TufJson
{
    // Section 4.2.2 of the TUF specification: seconds, no fraction, UTC.
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static EvidenceException Malformed(string what) => new(FailureCode.TufMalformed, $"TUF metadata is refused: {what}.");

    /// <summary>Parses a document: Unicode, no duplicate members, capped in bytes and tokens.</summary>
    public static JsonElement Parse(ReadOnlySpan<byte> utf8, int most, string what)
    {
        if (utf8.Length > most)
        {
            throw new EvidenceException(FailureCode.TooLarge, $"The TUF {what} has {utf8.Length} bytes, {most} is the most.");
        }

        try
        {
            JsonTokens.Require(utf8, Limits.TufTokens, $"TUF {what}");
            return JsonElement.Parse(utf8, new JsonDocumentOptions { MaxDepth = Limits.JsonDepth, AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new EvidenceException(FailureCode.TufMalformed, $"The TUF {what} is no JSON object without duplicate members.", e);
        }
    }

    /// <summary>What has members. Of anything else the platform's question throws another exception.</summary>
    private static JsonElement Object(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object ? from : throw Malformed($"what should have {name} is no object");

    public static JsonElement Member(JsonElement from, string name, JsonValueKind kind) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : throw Malformed($"{name} is missing or of another type");

    public static bool TryMember(JsonElement from, string name, JsonValueKind kind, [NotNullWhen(true)] out JsonElement? value)
    {
        value = Object(from, name).TryGetProperty(name, out var found)
            ? found.ValueKind == kind ? found : throw Malformed($"{name} is of another type")
            : null;
        return value is not null;
    }

    public static string Text(JsonElement from, string name) => Member(from, name, JsonValueKind.String).GetString()!;

    public static bool Flag(JsonElement from, string name) =>
        Object(from, name).TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Malformed($"{name} is missing or no boolean");

    /// <summary>A whole number of at least <paramref name="least"/> that fits 31 bits: a version, a length, a threshold.</summary>
    public static int Number(JsonElement from, string name, int least) =>
        Member(from, name, JsonValueKind.Number).TryGetInt32(out var number) && number >= least
            ? number
            : throw Malformed($"{name} is not a whole number of at least {least}");

    public static DateTimeOffset Time(JsonElement from, string name) =>
        DateTimeOffset.TryParseExact(Text(from, name), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Malformed($"{name} is no time of the form YYYY-MM-DDTHH:MM:SSZ");
}
