using System.CommandLine;
using System.Globalization;
using SigningAction.Authority.Bundles;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Commands;

/// <summary><c>signing-authority fsck DIR [--since-last]</c>: exit 0 when nothing differs, 1 when something does.</summary>
public static class FsckCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "The authority's directory; the authority may be running." };
        var sinceLast = new Option<bool>("--since-last")
        {
            Description = "Verify only what was appended since the last clean check; without a record of one, everything. Run it often, and the whole check now and then.",
        };
        var command = new Command("fsck", "Derive every hash, root and row again from the logs' leaves and say what differs. Changes nothing but its own record of what is clean.") { directory, sinceLast };
        command.SetAction((parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                using var material = AuthorityMaterial.Open(parsed.GetRequiredValue(directory));
                await using var store = SqliteLedgerStore.OpenReadOnly(material.Paths.Database);
                var since = parsed.GetValue(sinceLast) ? FsckRecord.TryRead(material.Paths.FsckRecord) : null;
                if (since is null && parsed.GetValue(sinceLast))
                {
                    await output.Error.WriteLineAsync("There is no record of a clean check: everything is read.");
                }

                // A person watches; a log file must not fill up with it.
                using var progress = ReferenceEquals(output.Error, Console.Error) && !Console.IsErrorRedirected ? new ProgressLine(output.Error) : null;
                var report = await Fsck.RunAsync(store, material.Ledger, material.Paths.HighWater, since, progress, cancellationToken);
                var bundles = since is null ? BundleCheck.Run(material.Paths.Bundles) : [];
                progress?.Clear();
                foreach (var finding in report.Findings.Concat(bundles))
                {
                    await output.Error.WriteLineAsync(finding.ToString());
                }

                await output.Output.WriteLineAsync(Summary(report, since is not null));
                if (report.Findings.Count == 0)
                {
                    await KeepAsync(material.Paths.FsckRecord, report.Verified, output.Error);
                }

                if (bundles.Count > 0)
                {
                    await output.Output.WriteLineAsync(
                        $"The kept bundles differ in {Counted(bundles.Count, "place")}. They are copies: stop the authority, remove {material.Paths.Bundles} and the files that begin with its name, and start it.");
                }

                return bundles.Count > 0 ? 1 : report.ExitCode;
            });
        });
        return command;
    }

    /// <summary>A check of a copy on a read-only medium is as good: only the next incremental one has more to read.</summary>
    private static async Task KeepAsync(string path, IReadOnlyList<FsckMark> verified, TextWriter error)
    {
        try
        {
            FsckRecord.Write(path, verified);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"The record of this check could not be kept ({FileFaults.Reason(e)}): the next one with --since-last reads what this one read.");
        }
    }

    private static string Counted(int count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count} {thing}{(count == 1 ? "" : "s")}");

    private static string Summary(FsckReport report, bool isIncremental) => (report.Findings.Count, isIncremental) switch
    {
        (0, false) => string.Create(CultureInfo.InvariantCulture, $"Clean: {report.Leaves} leaves."),
        (0, true) => string.Create(CultureInfo.InvariantCulture, $"Clean: {report.Read} leaves since the last check, of {report.Leaves}."),
        var (count, _) => string.Create(CultureInfo.InvariantCulture, $"{Counted(count, "finding")} in {report.Leaves} leaves. Stop the authority and restore the newest good backup; when more was published than it holds, 'shard add --accept-loss' is the way on."),
    };
}
