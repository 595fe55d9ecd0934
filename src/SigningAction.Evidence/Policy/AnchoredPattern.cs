using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy;

/// <summary>
/// A regular expression that always matches the whole text. <c>^…$</c> around a pattern is not enough: <c>a|b</c> escapes it and
/// <c>$</c> matches before a final line feed. NonBacktracking keeps the time linear whatever the pattern says.
/// </summary>
[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place that makes a Regex, anchored.")]
public sealed class AnchoredPattern
{
    private readonly Func<string, bool> _matches;

    private AnchoredPattern(string pattern, Func<string, bool> matches)
    {
        Pattern = pattern;
        _matches = matches;
    }

    /// <summary>The pattern as it was written.</summary>
    public string Pattern { get; }

    /// <summary>Compiles a pattern; false when it is empty, too long or not a regular expression without look-around and back-references.</summary>
    public static bool TryCompile(string pattern, [NotNullWhen(true)] out AnchoredPattern? compiled) => TryCompile(pattern, out compiled, out _);

    /// <summary>The same, saying what is wrong and where: a clause without a full stop, with no part of the pattern in it.</summary>
    public static bool TryCompile(string pattern, [NotNullWhen(true)] out AnchoredPattern? compiled, [NotNullWhen(false)] out string? fault)
    {
        (compiled, fault) = (null, null);
        if (string.IsNullOrEmpty(pattern) || pattern.Length > Limits.PatternCharacters)
        {
            fault = $"a pattern has 1 to {Limits.PatternCharacters} characters";
            return false;
        }

        try
        {
            // Compiled alone first: "a)|(?:b" is only well-formed inside our group, and would escape it.
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            compiled = new AnchoredPattern(
                pattern, new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).IsMatch);
            return true;
        }
        catch (RegexParseException e)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"{Words(e.Error)} at character {Math.Clamp(e.Offset, 1, pattern.Length)}");
            return false;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            fault = "look-around, back-references, atomic groups and huge repetitions are not taken: their time has no bound";
            return false;
        }
    }

    /// <summary>
    /// A name, with ASCII letters in either case. No expression is compiled for it: that costs milliseconds, and a verification a fraction of one.
    /// (The platform's own ways of ignoring case take U+212A for a k, or refuse what is not ASCII.)
    /// </summary>
    public static AnchoredPattern OfName(string name) => new(name, text => text.Length == name.Length && StartsWith(text, name));

    /// <summary>Everything on one line below a name, after a slash, with the name's ASCII letters in either case.</summary>
    public static AnchoredPattern Below(string name) => new(
        name + "/.+",
        text => text.Length > name.Length + 1 && text[name.Length] == '/' && StartsWith(text, name) && !text.AsSpan(name.Length).Contains('\n'));

    /// <summary>Whether the whole <paramref name="text"/> matches.</summary>
    public bool Matches(string text) => _matches(text);

    /// <inheritdoc/>
    public override string ToString() => Pattern;

    /// <summary>The platform's own names, which are words without spaces: <c>UnterminatedBracket</c>.</summary>
    private static string Words(RegexParseError error) =>
        string.Concat(error.ToString().Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $" {char.ToLowerInvariant(c)}" : char.ToLowerInvariant(c).ToString()));

    private static bool StartsWith(string text, string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (text[i] != name[i] && !(char.IsAsciiLetter(name[i]) && char.IsAsciiLetter(text[i]) && (text[i] | ' ') == (name[i] | ' ')))
            {
                return false;
            }
        }

        return true;
    }
}
