using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Verifier.Output;

/// <summary>
/// JSON that may stand in any terminal and any log: everything outside ASCII is escaped, and so is <c>#</c>: runners of pipelines obey
/// <c>##vso[command]</c> wherever in a line it stands. One line, so that no attested text can begin another.
/// </summary>
internal static class SafeJson
{
    /// <summary>Deeper than what is read: a predicate of the greatest depth lies a few levels further down here than in its statement.</summary>
    public const int Depth = 2 * Limits.JsonDepth;

    private static readonly JavaScriptEncoder NoCommands = MakeEncoder();

    /// <summary>UTF-8 of what <paramref name="write"/> writes, without a line feed.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = NoCommands, MaxDepth = Depth }))
        {
            write(json);
        }

        return line.ToArray();
    }

    private static JavaScriptEncoder MakeEncoder()
    {
        var allowed = new TextEncoderSettings(UnicodeRanges.BasicLatin);
        allowed.ForbidCharacter('#');
        return JavaScriptEncoder.Create(allowed);
    }
}
