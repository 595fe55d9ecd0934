using System.CommandLine;
using System.CommandLine.Help;
using SigningAction.Authority.Commands;

namespace SigningAction.Authority;

/// <summary>The program.</summary>
public static class SigningAuthority
{
    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var parsed = CreateRoot().Parse(args);
        return await CommandFaults.RunAsync(error, async () =>
        {
            if (parsed.Errors.Count > 0)
            {
                foreach (var line in UsageFaults.Lines(parsed))
                {
                    await error.WriteLineAsync(line);
                }

                return ExitCodes.Usage;
            }

            // Signals belong to the host, which answers everybody in flight first; the command line's own handler would give it two seconds.
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false, Output = output, Error = error });
        });
    }

    /// <summary>The command line.</summary>
    public static RootCommand CreateRoot()
    {
        var root = new RootCommand("An organisation's signing authority: certificates for pipelines under policy, timestamps, transparency logs.")
        {
            InitCommand.Create(),
            ServeCommand.Create(),
            FsckCommand.Create(),
            BackupCommand.Create(),
            ProbeCommand.Create(),
            TrustCommand.Create(),
            ShardCommand.Create(),
            RenewCommand.Create(),
            PolicyCommand.Create(),
        };
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = option.Action is HelpAction help ? new HelpWithExamples(help) : option.Action;
        }

        return root;
    }
}
