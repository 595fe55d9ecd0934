using System.Globalization;
using System.Text;

namespace SigningAction.Evidence.Encoding;

/// <summary>
/// Text of other people, made fit for a terminal, a log line or a web page: control, format (bidi) and unassigned characters, lone
/// surrogates and line separators become <c>\u{HEX}</c>, so that a value can neither move the cursor nor pretend to be another. So does the first of
/// two <c>#</c>: runners of pipelines obey <c>##[command]</c> and <c>##vso[command]</c> wherever in a line they stand.
/// </summary>
public static class PrintableText
{
    /// <summary>Characters that are shown of one value; the rest is counted. Names of branches and workflows are far shorter.</summary>
    public const int ShownCharacters = 300;

    /// <summary>The text for display: letters of every script stay.</summary>
    public static string Neutralise(string text) => Write(text, asciiOnly: false);

    /// <summary>The text for comparison by eye: everything outside ASCII is escaped too, so that look-alikes differ.</summary>
    public static string Exact(string text) => Write(text, asciiOnly: true);

    /// <summary>Whether nothing in the text needs an escape of <see cref="Neutralise"/>, however long it is.</summary>
    public static bool IsPrintable(string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var used) != System.Buffers.OperationStatus.Done
                || !IsPrintable(rune, asciiOnly: false) || IsCommandPrefix(rest))
            {
                return false;
            }

            rest = rest[used..];
        }

        return true;
    }

    private static string Write(string text, bool asciiOnly)
    {
        var written = new StringBuilder(Math.Min(text.Length, ShownCharacters));
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (written.Length >= ShownCharacters)
            {
                _ = written.Append(CultureInfo.InvariantCulture, $"… ({rest.Length} more characters)");
                break;
            }

            var whole = Rune.DecodeFromUtf16(rest, out var rune, out var used) == System.Buffers.OperationStatus.Done;
            _ = whole && IsPrintable(rune, asciiOnly) && !IsCommandPrefix(rest)
                ? written.Append(rest[..used])
                : written.Append(CultureInfo.InvariantCulture, $"\\u{{{(whole ? rune.Value : rest[0]):X}}}");
            rest = rest[used..];
        }

        return written.ToString();
    }

    private static bool IsCommandPrefix(ReadOnlySpan<char> rest) => rest.StartsWith("##", StringComparison.Ordinal);

    private static bool IsPrintable(Rune rune, bool asciiOnly) => rune.IsAscii
        ? !Rune.IsControl(rune)
        : !asciiOnly && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator) && !IsBlank(rune);

    /// <summary>
    /// Letters, marks and symbols that show nothing: the default-ignorable code points of Unicode outside the categories above (DerivedCoreProperties.txt), and the braille
    /// pattern without dots.
    /// </summary>
    internal static bool IsBlank(Rune rune) => rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164
        or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xE0000 and <= 0xE0FFF);
}
