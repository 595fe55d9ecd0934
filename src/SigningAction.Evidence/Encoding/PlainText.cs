using System.Globalization;
using System.Text;

namespace SigningAction.Evidence.Encoding;

/// <summary>
/// Attested text made safe to show: control, format (bidirectional override, zero width) and line-breaking characters become visible escapes,
/// so that no name can move a cursor, hide itself or forge a line.
/// </summary>
public static class PlainText
{
    /// <summary>The text with every such character as <c>\u{HEX}</c>; unchanged where there is none.</summary>
    public static string Of(string text)
    {
        if (!text.EnumerateRunes().Any(IsUnsafe))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = IsUnsafe(rune) ? plain.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}") : plain.Append(rune);
        }

        return plain.ToString();
    }

    /// <summary>Whether the text has such a character.</summary>
    public static bool IsSafe(string text) => !text.EnumerateRunes().Any(IsUnsafe);

    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        || rune == Rune.ReplacementChar;
}
