using System.Security.Cryptography;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// Starts and freezes signature logs of an authority that is stopped. What is done is done when <c>logs.json</c> is replaced; a run that was cut short before
/// is finished by the same run once more.
/// </summary>
public static class ShardSetup
{
    /// <summary>A log is trusted from a little before it began, as everything of <c>init</c> is: clocks differ.</summary>
    private static readonly TimeSpan Backdate = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Starts a signature log under a host name of its own. It is open, and trusted by whoever has the new trusted root; the signing config goes on
    /// naming the old one until that is frozen.
    /// </summary>
    /// <param name="directory">The authority.</param>
    /// <param name="url">Base URL for life, with a host name that no log of this authority has.</param>
    /// <param name="acceptsLoss">
    /// For a database that lacks what was published, or a lost high-water file, without which nobody knows whether it does: freezes every log where it stands
    /// and starts three new ones, so that no log gets a second history.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The new signature log.</returns>
    /// <exception cref="ConfigurationRefusedException">The URL is wrong or taken, or something was lost and that is not accepted, or the other way about.</exception>
    /// <exception cref="LedgerRefusedException">What is stored must not be continued even so.</exception>
    /// <exception cref="StoreRefusedException">The authority is running.</exception>
    public static async Task<LogRecord> AddAsync(
        string directory, string url, bool acceptsLoss, TimeProvider time, CancellationToken cancellationToken = default)
    {
        // Holds the database's lock until all is written: beside a running authority, or another run, this is refused.
        await using var store = AuthorityMaterial.Take(directory);
        using var material = AuthorityMaterial.Open(directory);
        if (AuthorityUrl.Fault(url) is { } fault)
        {
            throw new ConfigurationRefusedException($"The URL {fault}");
        }

        if (material.Logs.Records.Any(log => log.Host == AuthorityUrl.Host(url)))
        {
            throw new ConfigurationRefusedException($"{AuthorityUrl.Host(url)} has a log already. A host name is the name of one log for life; the new log needs another one.");
        }

        var kinds = acceptsLoss ? [LogKind.Signatures, LogKind.Certificates, LogKind.Audit] : (LogKind[])[LogKind.Signatures];
        if (material.Logs.Records.Count + kinds.Length > HighWaterFile.MostLogs)
        {
            throw new ConfigurationRefusedException($"An authority has {HighWaterFile.MostLogs} logs at most in its life. Make a new one.");
        }

        if (!acceptsLoss)
        {
            // Refused when it is lost, with the way on.
            HighWaterFile.Open(material.Paths.HighWater).Dispose();
        }

        var behind = await LedgerGrowth.FindBehindAsync(store, material.Paths.HighWater, [.. material.Ledger.Where(log => !log.LacksTail)], cancellationToken);
        if (!(acceptsLoss && IsCutShort(material)))
        {
            RequireSame(acceptsLoss, [.. material.Logs.Records.Where(log => behind.Contains(log.Id))]);
        }

        var now = await LedgerGrowth.NowAsync(store, time, cancellationToken);
        List<LogRecord> after =
        [
            .. material.Logs.Records.Select(log => log with
            {
                Frozen = acceptsLoss ? log.Frozen ?? now : log.Frozen,
                LacksTail = log.LacksTail || behind.Contains(log.Id),
            }),
        ];
        var keys = KeyDirectory.Open(material.Paths.Keys);
        var stored = (await store.ReadHeadsAsync(cancellationToken)).Select(head => head.Log.Number).ToHashSet();
        var made = new List<ECDsa>();
        try
        {
            var added = new List<(LogRecord Record, LogDefinition Log)>();
            foreach (var kind in kinds)
            {
                var number = after.Count + added.Count + 1;
                var key = KeyFor(keys, LogRecord.KeyOf(kind), number, stored.Contains(number));
                made.Add(key);
                var record = new LogRecord { Number = number, Kind = kind, Url = url, Start = now - Backdate, PublicKey = key.ExportSubjectPublicKeyInfo() };
                added.Add((record, AuthorityLogs.Define(record, key)));
            }

            await LedgerGrowth.AddAsync(
                store, material.Paths.HighWater, material.Ledger, [.. material.Ledger.Zip(after, Change)], [.. added.Select(log => log.Log)], time, cancellationToken);
            LogsFile.Write(material.Paths.Logs, material.Configuration.Url, [.. after, .. added.Select(log => log.Record)]);
            return added[0].Record;
        }
        finally
        {
            made.ForEach(key => key.Dispose());
        }
    }

    /// <summary>Freezes a signature log for good: it is read and trusted as before, and takes nothing more.</summary>
    /// <param name="directory">The authority.</param>
    /// <param name="host">The log's host name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The frozen log.</returns>
    /// <exception cref="ConfigurationRefusedException">No log has that name, it is frozen already, or it is the last that is open.</exception>
    /// <exception cref="LedgerRefusedException">The ledger would not start.</exception>
    /// <exception cref="StoreRefusedException">The authority is running.</exception>
    public static async Task<LogRecord> FreezeAsync(string directory, string host, TimeProvider time, CancellationToken cancellationToken = default)
    {
        await using var store = AuthorityMaterial.Take(directory);
        using var material = AuthorityMaterial.Open(directory);
        var records = material.Logs.Records;
        var open = records.Where(log => log is { Kind: LogKind.Signatures, IsOpen: true }).ToList();
        if (open.FirstOrDefault(log => string.Equals(log.Host, host, StringComparison.OrdinalIgnoreCase)) is not { } frozen)
        {
            throw new ConfigurationRefusedException($"No open signature log is called {host}. Open: {string.Join(", ", open.Select(log => log.Host))}.");
        }

        if (open.Count == 1)
        {
            throw new ConfigurationRefusedException(
                $"{host} is the only open log. Start another one first: signing-authority shard add {material.Paths.Root} --url https://NEW-HOST");
        }

        var closed = await LedgerGrowth.CloseAsync(store, material.Paths.HighWater, material.Ledger, time, cancellationToken);
        frozen = frozen with { Frozen = closed };
        LogsFile.Write(material.Paths.Logs, material.Configuration.Url, [.. records.Select(log => log.Number == frozen.Number ? frozen : log)]);
        return frozen;
    }

    /// <summary>Whether all three new logs are in the high-water file and not in the list: what going on after a loss leaves when it is cut short.</summary>
    private static bool IsCutShort(AuthorityMaterial material) =>
        HighWaterFile.TryRead(material.Paths.HighWater)?.Count(mark => material.Ledger.All(log => log.Id != mark.Log)) == LogRecord.FirstLogs;

    private static void RequireSame(bool acceptsLoss, IReadOnlyList<LogRecord> behind)
    {
        if (behind.Count > 0 && !acceptsLoss)
        {
            throw new ConfigurationRefusedException(
                $"The database lacks what was published of {string.Join(" and ", behind.Select(log => $"{log.Id} ({log.Host})"))}: it is an old backup. Restore a newer one. "
                + "If there is none, say --accept-loss: every log is frozen where it stands, and new ones begin.");
        }

        if (behind.Count == 0 && acceptsLoss)
        {
            throw new ConfigurationRefusedException("Nothing is lost: the database has all that was published. Leave --accept-loss out.");
        }
    }

    private static LogDefinition Change(LogDefinition before, LogRecord after) =>
        before with { PrivateKey = after.IsOpen ? before.PrivateKey : null, LacksTail = after.LacksTail };

    /// <summary>
    /// A stored log without a line in the list is what a run that was cut short has left, with its key. A key without a stored log may be that too, or that of a log
    /// which backups have forgotten: used again under the same name it would give that log a second history.
    /// </summary>
    private static ECDsa KeyFor(KeyDirectory keys, AuthorityKey key, int number, bool isStored)
    {
        if (isStored)
        {
            return keys.Load(key, number);
        }

        keys.SetAside(key, number);
        return keys.Generate(key, number);
    }
}
