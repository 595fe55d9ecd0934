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

    /// <summary>An option whose value is one of a few words; the first is its default.</summary>
    public static Option<string> OneOf(string name, string description, IReadOnlyList<string> words, params string[] aliases)
    {
        var option = new Option<string>(name, aliases) { Description = description, HelpName = string.Join('|', words), DefaultValueFactory = _ => words[0] };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !words.Contains(token.Value, StringComparer.Ordinal))
            {
                result.AddError($"{name} is {string.Join(", ", words.Take(words.Count - 1))} or {words[^1]}, and '{token.Value}' is none of them.");
            }
        });
        return option;
    }

    /// <summary>The text as a pattern over the whole value.</summary>
    /// <exception cref="ProblemException">A usage error.</exception>
    public static AnchoredPattern? Pattern(ParseResult parsed, Option<string?> option) =>
        Of(parsed, option) is not { } pattern ? null
        : AnchoredPattern.TryCompile(pattern, out var compiled) ? compiled
        : throw ProblemException.Usage($"{option.Name} is not a regular expression of up to {Limits.PatternCharacters} characters without look-around and back-references.");

    /// <summary>The text as a commit. One that is cut short could only be refused as a mismatch, and would stand for many commits.</summary>
    /// <exception cref="ProblemException">A usage error.</exception>
    public static string? Commit(ParseResult parsed, Option<string?> option) =>
        Of(parsed, option) is { Length: < 40 } commit && commit.All(char.IsAsciiHexDigit)
            ? throw ProblemException.Usage($"{option.Name} is the whole commit of 40 or 64 hexadecimal digits: git rev-parse {commit}")
            : parsed.GetValue(option);

    /// <summary>The text as the type of a predicate. cosign has short names for some, which no attestation carries.</summary>
    /// <exception cref="ProblemException">A usage error.</exception>
    public static string? PredicateType(ParseResult parsed, Option<string?> option) => Of(parsed, option) is { } type && ShortName(type) is { } uri
        ? throw ProblemException.Usage($"{option.Name} is the URI in the attestation: {type} is {uri}")
        : parsed.GetValue(option);

    /// <summary>Names of <c>cosign verify-attestation --type</c>.</summary>
    private static string? ShortName(string type) => type switch
    {
        "slsaprovenance" or "slsaprovenance02" => "https://slsa.dev/provenance/v0.2",
        "slsaprovenance1" => "https://slsa.dev/provenance/v1",
        "spdx" or "spdxjson" => "https://spdx.dev/Document",
        "cyclonedx" => "https://cyclonedx.org/bom",
        "link" => "https://in-toto.io/Link/v1",
        "openvex" => "https://openvex.dev/ns",
        "vuln" => "https://cosign.sigstore.dev/attestation/vuln/v1",
        _ => null,
    };

    /// <summary>The text as a numeric id.</summary>
    /// <exception cref="ProblemException">A usage error.</exception>
    public static string? Id(ParseResult parsed, Option<string?> option) =>
        Of(parsed, option) is not { } id || (id.All(char.IsAsciiDigit) && id[0] != '0')
            ? parsed.GetValue(option)
            : throw ProblemException.Usage($"{option.Name} is a number, as GitHub's API and certificates have it.");
}
