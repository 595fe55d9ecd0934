using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SigningAction.Evidence.Encoding;

/// <summary><c>bytes</c> of proto3 JSON: canonical standard base64.</summary>
internal class Base64Converter : JsonConverter<byte[]>
{
    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("base64 text is expected");
        }

        if (!reader.HasValueSequence && !reader.ValueIsEscaped)
        {
            return Decode(reader.ValueSpan);
        }

        return Decode(System.Text.Encoding.UTF8.GetBytes(reader.GetString()!));
    }

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value);

    protected virtual byte[] Decode(ReadOnlySpan<byte> text) =>
        StrictBase64.TryDecode(text, out var bytes) ? bytes : throw new JsonException("base64 is not in its canonical form");
}

/// <summary>Base64 of DSSE: standard or URL-safe, verifiers must take either (DSSE protocol), each in its canonical padded form.</summary>
internal sealed class DsseBase64Converter : Base64Converter
{
    protected override byte[] Decode(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny((byte)'-', (byte)'_') < 0 || text.IndexOfAny((byte)'+', (byte)'/') >= 0)
        {
            return base.Decode(text);
        }

        var standard = text.ToArray();
        standard.AsSpan().Replace((byte)'-', (byte)'+');
        standard.AsSpan().Replace((byte)'_', (byte)'/');
        return base.Decode(standard);
    }
}

/// <summary><c>int64</c> of proto3 JSON: a decimal string, or a number without fraction.</summary>
internal sealed class Int64Converter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
        {
            return number;
        }

        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value.ToString(CultureInfo.InvariantCulture) == text
                ? value
                : throw new JsonException("a whole number is expected");
    }

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
}

/// <summary><c>Timestamp</c> of proto3 JSON: RFC 3339 in UTC. Without the Z the platform would take it for local time.</summary>
internal sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString()!.EndsWith('Z') && reader.TryGetDateTimeOffset(out var time)
            ? time
            : throw new JsonException("a time in UTC is expected");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
}
