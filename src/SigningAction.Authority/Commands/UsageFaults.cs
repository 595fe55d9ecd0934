using System.CommandLine;
using System.CommandLine.Parsing;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Commands;

/// <summary>What is wrong with a command line: one line a fault on standard error, and where the help is. Standard output stays empty: it may be read by a script.</summary>
internal static class UsageFaults
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        foreach (var fault in Faults(parsed, command).Distinct(StringComparer.Ordinal))
        {
            yield return $"signing-authority: {PrintableText.Neutralise(string.Join(' ', fault.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))}";
        }

        yield return $"See {Name(parsed.CommandResult)} --help.";
    }

    private static IEnumerable<string> Faults(ParseResult parsed, Command command)
    {
        if (command.Subcommands.Count > 0 && command.Action is null)
        {
            // The parser has four messages for one mistyped command.
            var names = string.Join(", ", command.Subcommands.Select(child => child.Name));
            return parsed.UnmatchedTokens is [var typed, ..]
                ? [$"There is no command '{typed}'. There are: {names}."]
                : [$"A command is missing: {names}."];
        }

        var missing = command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is not { Tokens.Count: > 0 }).ToList();
        return missing.Select(argument => $"{argument.Name} is missing: {argument.Description}")
            .Concat(parsed.Errors.Where(error => !missing.Any(argument => IsOf(error, argument, command))).Select(error => error.Message));
    }

    /// <summary>Of an argument that is missing the parser tells only whose it is.</summary>
    private static bool IsOf(ParseError error, Argument argument, Command command) =>
        error.SymbolResult is ArgumentResult result ? result.Argument == argument : error.SymbolResult is CommandResult of && of.Command == command && error.Message.Contains($"'{command.Name}'", StringComparison.Ordinal);

    private static string Name(CommandResult command) => command.Parent is CommandResult parent ? $"{Name(parent)} {command.Command.Name}" : "signing-authority";
}
