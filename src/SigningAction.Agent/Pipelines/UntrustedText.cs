using System.Globalization;
using System.Text;

namespace SigningAction.Agent.Pipelines;

/// <summary>
/// Makes text that somebody else chose (file names, claims, what a server says) safe to print as part of one line:
/// it can end no line, drive no terminal, reorder no characters, and begin no command of a runner. Nothing is cut: a path must stay a path.
/// </summary>
public static class UntrustedText
{
    /// <summary>
    /// <paramref name="text"/> on one line. Control, format (bidirectional marks, zero width), private and unpaired surrogate characters become <c>\u{X}</c>, and
    /// <c>##</c> becomes <c>#\u{23}</c>: the runners of GitHub and Azure find <c>##[…]</c> and <c>##vso[…]</c> anywhere in a line.
    /// </summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        var before = default(Rune);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = IsUnsafe(rune) || (rune.Value == '#' && before.Value == '#')
                ? line.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}")
                : line.Append(rune);
            before = rune;
        }

        return line.ToString();
    }

    /// <summary>Whether a file may carry this name into a statement: no character that could change how it is shown.</summary>
    public static bool IsPrintable(string name) => name.Length > 0 && !name.EnumerateRunes().Any(IsUnsafe);

    // EnumerateRunes gives U+FFFD for an unpaired surrogate; a name that really holds U+FFFD is as little worth showing.
    private static bool IsUnsafe(Rune rune) =>
        rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
