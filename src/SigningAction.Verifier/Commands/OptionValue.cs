using System.CommandLine;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Verifier.Commands;

/// <summary>Options whose value is text: made, and read with care.</summary>
internal static class OptionValue
{
    /// <summary>An option with one text.</summary>
    public static Option<string?> Text(string name, string helpName, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = helpName };

    /// <summary>
    /// The text; null where the option is not given. An empty value is an unset variable in a script, and must not read as "not asked". Control characters are
    /// refused because values are repeated in messages.
    /// </summary>
    /// <exception cref="ProblemException">A usage error.</exception>
    public static string? Of(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        "" => throw ProblemException.Usage($"{option.Name} is given, but empty."),
        var value when value.Any(char.IsControl) => throw ProblemException.Usage($"{option.Name} has a control character: {PrintableText.Exact(value)}"),
        var value => value,
    };

    /// <summary>The text as a pattern over the whole value.</summary>
    /// <exception cref="ProblemException">A usage error.</exception>
    public static AnchoredPattern? Pattern(ParseResult parsed, Option<string?> option) =>
        Of(parsed, option) is not { } pattern ? null
        : AnchoredPattern.TryCompile(pattern, out var compiled) ? compiled
        : throw ProblemException.Usage($"{option.Name} is not a regular expression of up to {Limits.PatternCharacters} characters without look-around and back-references.");

    /// <summary>The text as a numeric id.</summary>
    /// <exception cref="ProblemException">A usage error.</exception>
    public static string? Id(ParseResult parsed, Option<string?> option) =>
        Of(parsed, option) is not { } id || (id.All(char.IsAsciiDigit) && id[0] != '0')
            ? parsed.GetValue(option)
            : throw ProblemException.Usage($"{option.Name} is a number, as GitHub's API and certificates have it.");
}
