using System.CommandLine;
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

        // Signals belong to the host, which answers everybody in flight first; the command line's own handler would give it two seconds.
        var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, Output = output, Error = error });
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
    }

    /// <summary>The command line.</summary>
    public static RootCommand CreateRoot() =>
        new("An organisation's signing authority: certificates for pipelines under policy, timestamps, transparency logs.")
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
}
