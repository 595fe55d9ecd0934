using System.CommandLine;
using System.Globalization;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Commands;

/// <summary><c>signing-authority backup DIR --to FILE</c>: the database at one moment, beside a running authority too.</summary>
public static class BackupCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "The authority's directory; the authority may be running." };
        var to = new Option<string>("--to") { HelpName = "FILE", Description = "The copy; it must not exist.", Required = true };
        var command = new Command("backup", "Copy the ledger's database as it is at one moment. Keys, certificates and configuration are not in it.") { directory, to };
        command.SetAction((parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                var paths = AuthorityPaths.Of(parsed.GetRequiredValue(directory));
                var target = parsed.GetRequiredValue(to);
                var heads = await SqliteBackup.WriteAsync(paths.Database, target, cancellationToken);
                foreach (var head in heads)
                {
                    await output.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{head.Log}: {head.Size} leaves"));
                }

                await output.Output.WriteLineAsync($"Backed up to {target}. Now copy {paths.HighWater} to where the keys are backed up: with it an older database is refused.");
                return ExitCodes.Done;
            });
        });
        return command;
    }
}
