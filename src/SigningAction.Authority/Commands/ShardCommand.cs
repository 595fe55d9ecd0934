using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Commands;

/// <summary><c>signing-authority shard add|freeze|list</c>: the signature logs of an authority, each under a host name of its own.</summary>
public static class ShardCommand
{
    /// <summary>The command.</summary>
    public static Command Create() => new("shard", "Start, freeze and list signature logs. Each has its own host name and key; the proofs of a frozen one stay valid.")
    {
        Add(),
        Freeze(),
        List(),
    };

    private static Argument<string> Directory() => new("DIR") { Description = "The authority's directory." };

    private static Command Add()
    {
        var directory = Directory();
        var url = new Option<string>("--url")
        {
            Required = true,
            HelpName = "URL",
            Description = "Base URL of the new log for life, for example https://signing-2027.example.com: its host becomes the origin and no log may have it yet.",
        };
        var acceptLoss = new Option<bool>("--accept-loss")
        {
            Description = "The database is an old backup and there is no newer one, or keys/published-heads is lost: freeze all logs where they stand, and start new ones (signatures, certificates, audit) under the new host name.",
        };
        var command = new Command("add", "Start a new signature log. The authority must be stopped. It is used once the old one is frozen.") { directory, url, acceptLoss };
        command.SetAction((parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                var path = parsed.GetRequiredValue(directory);
                var lost = parsed.GetValue(acceptLoss);
                var added = await ShardSetup.AddAsync(path, parsed.GetRequiredValue(url), lost, TimeProvider.System, cancellationToken);
                await output.Output.WriteLineAsync(lost ? AfterLoss(added, AuthorityPaths.Of(path)) : AfterAdd(added, AuthorityPaths.Of(path)));
                return ExitCodes.Done;
            });
        });
        return command;
    }

    private static Command Freeze()
    {
        var directory = Directory();
        var host = new Argument<string>("HOST") { Description = "Host name of the log, as 'shard list' shows it." };
        var yes = new Option<bool>("--yes") { Description = "Do it. Without it nothing is changed: no log is ever opened again." };
        var command = new Command("freeze", "Freeze a signature log for good: writers are told to switch, readers and old proofs notice nothing. The authority must be stopped.") { directory, host, yes };
        command.SetAction((parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                if (!parsed.GetValue(yes))
                {
                    await output.Error.WriteLineAsync("A log that is frozen is never opened again. Nothing was changed: say --yes to freeze it.");
                    return ExitCodes.Usage;
                }

                var path = parsed.GetRequiredValue(directory);
                var frozen = await ShardSetup.FreezeAsync(path, parsed.GetRequiredValue(host), TimeProvider.System, cancellationToken);
                await output.Output.WriteLineAsync(AfterFreeze(frozen, AuthorityPaths.Of(path)));
                return ExitCodes.Done;
            });
        });
        return command;
    }

    private static Command List()
    {
        var directory = Directory();
        var format = new Option<string>("--format") { Description = "text for people, json for scripts.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("list", "Show every log that this authority has or had.") { directory, format };
        command.SetAction((parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                using var material = AuthorityMaterial.Open(parsed.GetRequiredValue(directory));
                await using var store = SqliteLedgerStore.OpenReadOnly(material.Paths.Database);
                var sizes = (await store.ReadHeadsAsync(cancellationToken)).ToDictionary(head => head.Log, head => head.Size);
                var logs = material.Logs.Records.Zip(material.Logs.Definitions, (record, log) => (Record: record, log.Origin, Size: sizes.GetValueOrDefault(record.Id)));
                foreach (var line in parsed.GetRequiredValue(format) == "json" ? [Json(logs)] : Table([.. logs]))
                {
                    await output.Output.WriteLineAsync(line);
                }

                return ExitCodes.Done;
            });
        });
        return command;
    }

    private static IEnumerable<string> Table(IReadOnlyList<(LogRecord Record, string Origin, long Size)> logs)
    {
        var origin = logs.Max(log => log.Origin.Length);
        yield return $"{"NO",-3} {"KIND",-12} {"ORIGIN".PadRight(origin)} {"LEAVES",10}  STATE";
        foreach (var log in logs)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{log.Record.Number,-3} {KindOf(log.Record),-12} {log.Origin.PadRight(origin)} {log.Size,10}  {StateOf(log.Record)}");
        }
    }

    private static string Json(IEnumerable<(LogRecord Record, string Origin, long Size)> logs) => new JsonArray([.. logs.Select(log => new JsonObject
    {
        ["number"] = log.Record.Number,
        ["kind"] = KindOf(log.Record),
        ["origin"] = log.Origin,
        ["host"] = log.Record.Host,
        ["url"] = log.Record.Url,
        ["leaves"] = log.Size,
        ["frozen"] = log.Record.Frozen?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["lacksTail"] = log.Record.LacksTail,
    })]).ToJsonString();

    private static string KindOf(LogRecord log) => log.Kind.ToString().ToLowerInvariant();

    private static string StateOf(LogRecord log) => log.Frozen is { } frozen
        ? string.Create(CultureInfo.InvariantCulture, $"frozen {frozen:yyyy-MM-ddTHH:mm:ssZ}{(log.LacksTail ? ", its newest leaves are lost or may be" : "")}")
        : "open";

    private static string AfterAdd(LogRecord log, AuthorityPaths paths) =>
        $"""
        Started the log {log.Host}

        Next:
          1. Back up {paths.Keys} and {paths.Logs} now.
          2. Let {log.Url} lead to this authority, with its Host header as it came, and start it again.
          3. Give every verifier the new trusted root: signing-authority trust {paths.Root} --out .
          4. When they have it, stop the authority and freeze the old log, which switches signers over: signing-authority shard freeze {paths.Root} OLD-HOST --yes
        """;

    private static string AfterFreeze(LogRecord log, AuthorityPaths paths) =>
        $"""
        Froze the log {log.Host}

        Next:
          1. Back up {paths.Logs} now, and start the authority again.
          2. Give signers the new signing config and verifiers the new trusted root: signing-authority trust {paths.Root} --out .
          3. Destroy the log's private key, here and in backups: nothing needs it any more, and without it nobody can ever add to the log.
        """;

    private static string AfterLoss(LogRecord log, AuthorityPaths paths) =>
        $"""
        Froze all logs where they stand, and started new ones under {log.Host}

        What was published after the backup cannot be served any more. Bundles made in that time verify as before: they carry their proofs.

        Next:
          1. Back up {paths.Keys} and {paths.Logs} now.
          2. Let {log.Url} lead to this authority, with its Host header as it came, and start it again.
          3. Give signers the new signing config and verifiers the new trusted root before anybody signs: signing-authority trust {paths.Root} --out .
          4. Tell whoever monitors the old logs: they end before their newest checkpoints, because their newest leaves are lost.
        """;
}
