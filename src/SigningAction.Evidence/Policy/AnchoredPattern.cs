using System.Diagnostics.CodeAnalysis;
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
    private readonly Regex _regex;

    private AnchoredPattern(string pattern, Regex regex)
    {
        Pattern = pattern;
        _regex = regex;
    }

    /// <summary>The pattern as it was written.</summary>
    public string Pattern { get; }

    /// <summary>Compiles a pattern; false when it is empty, too long or not a regular expression without look-around and back-references.</summary>
    public static bool TryCompile(string pattern, [NotNullWhen(true)] out AnchoredPattern? compiled) =>
        TryCompile(pattern, Limits.PatternCharacters, out compiled);

    /// <summary>As <see cref="TryCompile(string, out AnchoredPattern)"/>, for a pattern that was made from a text and is longer than it.</summary>
    internal static bool TryCompile(string pattern, int most, [NotNullWhen(true)] out AnchoredPattern? compiled)
    {
        compiled = null;
        if (string.IsNullOrEmpty(pattern) || pattern.Length > most)
        {
            return false;
        }

        try
        {
            // Compiled alone first: "a)|(?:b" is only well-formed inside our group, and would escape it.
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            compiled = new AnchoredPattern(
                pattern, new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Whether the whole <paramref name="text"/> matches.</summary>
    public bool Matches(string text) => _regex.IsMatch(text);

    /// <inheritdoc/>
    public override string ToString() => Pattern;
}
