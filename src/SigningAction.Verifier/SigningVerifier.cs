using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Commands;
using SigningAction.Verifier.Output;

namespace SigningAction.Verifier;

/// <summary>The whole program: a command line in, a verdict on the writers and an exit code out. It keeps no state between runs.</summary>
public static class SigningVerifier
{
    // An artifact may be called "@notes": no response files. "-abc" is a mistake, not three options.
    private static readonly ParserConfiguration Strict = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The arguments after the program's name.</param>
    /// <param name="output">Standard output: the proof, or in JSON also the refusal.</param>
    /// <param name="error">Standard error: refusals and problems as text.</param>
    /// <returns>An <see cref="ExitCode"/> as number; nothing is thrown.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error) => Run(args, output, error, Surroundings.OfProcess);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Death must never look like success, nor show a stack trace.")]
    internal static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error, Surroundings surroundings)
    {
        try
        {
            var parsed = Root(surroundings).Parse(args, Strict);
            if (parsed.Errors.Count > 0)
            {
                foreach (var fault in parsed.Errors)
                {
                    error.WriteLine($"signing-verifier: {PrintableText.Neutralise(fault.Message)}");
                }

                error.WriteLine($"See signing-verifier {Command(parsed)}--help.");
                return (int)ExitCode.Usage;
            }

            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e)
        {
            return Failed(e, error);
        }
    }

    /// <summary>The command that was meant, as it is typed; nothing where none was found.</summary>
    private static string Command(ParseResult parsed)
    {
        var names = new List<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand } command; result = result.Parent)
        {
            names.Insert(0, command.Command.Name);
        }

        return string.Concat(names.Select(name => name + " "));
    }

    private static RootCommand Root(Surroundings surroundings)
    {
        var root = new RootCommand("Says whether an artifact was signed by whom you expect, offline, or names what is wrong.")
        {
            VerifyCommand.Create(surroundings),
            VerifyReleaseCommand.Create(surroundings),
            InspectCommand.Create(),
            TrustCommand.Create(surroundings),
            PolicyCommand.Create(),
        };
        root.Directives.Clear();
        foreach (var option in root.Options)
        {
            option.Action = option switch
            {
                HelpOption { Action: HelpAction help } => new HelpWithExamples(help),
                VersionOption => new PrintVersion(),
                _ => option.Action,
            };
        }

        return root;
    }

    /// <summary>An answer that cannot be written, or a fault of this program. Its kind is told, so that it can be reported; its message may hold anything, so it is not.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The writer itself may be what failed; the exit code still tells.")]
    private static int Failed(Exception e, TextWriter error)
    {
        try
        {
            error.WriteLine(e is UnwritableException unwritable
                ? $"signing-verifier: {Problem.NotCheckedCode}: {unwritable.Stream} cannot be written: {unwritable.Reason}. Nothing is proven by an answer that nobody got: make room or redirect it elsewhere, and run again."
                : $"signing-verifier: {Problem.NotCheckedCode}: Something went wrong in signing-verifier itself ({e.GetType().Name}); nothing is known about the artifact.");
        }
        catch
        {
        }

        return (int)ExitCode.NotChecked;
    }
}
