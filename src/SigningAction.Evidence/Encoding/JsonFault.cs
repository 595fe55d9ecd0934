using System.Text.Json;

namespace SigningAction.Evidence.Encoding;

/// <summary>Two ways in which whole JSON comes to be refused, told so that nobody looks for a broken byte.</summary>
internal static class JsonFault
{
    /// <summary>What is behind a refusal, as the end of its sentence; empty where nothing is plain.</summary>
    public static string Hint(ReadOnlySpan<byte> utf8, JsonException refusal)
    {
        if (utf8.StartsWith("\uFEFF"u8))
        {
            return ": it begins with a byte order mark, save it without one";
        }

        var lines = utf8;
        for (var line = refusal.LineNumber ?? 0; line > 0 && lines.IndexOf((byte)'\n') is >= 0 and var end; line--)
        {
            lines = lines[(end + 1)..];
        }

        // Only as far as the reader came: what lies behind is for nobody to look at.
        var place = (int)Math.Clamp(refusal.BytePositionInLine ?? 0, 0, lines.Length);
        return place > 0 && lines[..place].TrimEnd(" \t\r"u8).EndsWith("}"u8) && lines[place..].StartsWith("{"u8)
            ? ": another object follows on the same line, put each on a line of its own"
            : string.Empty;
    }
}
