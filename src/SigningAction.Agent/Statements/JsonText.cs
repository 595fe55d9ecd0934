using System.Text.Json;

namespace SigningAction.Agent.Statements;

/// <summary>JSON as tools write it into files.</summary>
internal static class JsonText
{
    /// <summary>The line that is no JSON, from 1; null where it is not known.</summary>
    public static int? Line(Exception? fault) => fault is JsonException { LineNumber: { } line } && line < int.MaxValue ? (int)line + 1 : null;

    /// <summary>The bytes without the byte order mark that some tools put first, which JSON does not know (RFC 8259, section 8.1).</summary>
    public static ReadOnlyMemory<byte> WithoutMark(byte[] bytes) => bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
}
