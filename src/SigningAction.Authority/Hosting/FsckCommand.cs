using System.CommandLine;
using System.Globalization;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Hosting;

/// <summary><c>signing-authority fsck DIR</c>: exit 0 when nothing differs, 1 when something does.</summary>
public static class FsckCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "The authority's directory; the authority may be running." };
        var command = new Command("fsck", "Derive every hash, root and row again from the logs' leaves and say what differs. Changes nothing.") { directory };
        command.SetAction((parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                using var material = AuthorityMaterial.Open(parsed.GetRequiredValue(directory));
                await using var store = SqliteLedgerStore.OpenReadOnly(material.Paths.Database);
                var report = await Fsck.RunAsync(store, material.Ledger, material.Paths.HighWater, cancellationToken);
                foreach (var finding in report.Findings)
                {
                    await output.Error.WriteLineAsync(finding.ToString());
                }

                await output.Output.WriteLineAsync(report.Findings.Count == 0
                    ? string.Create(CultureInfo.InvariantCulture, $"Clean: {report.Leaves} leaves.")
                    : string.Create(CultureInfo.InvariantCulture, $"{report.Findings.Count} findings in {report.Leaves} leaves. Stop the authority and restore the newest good backup."));
                return report.ExitCode;
            });
        });
        return command;
    }
}
