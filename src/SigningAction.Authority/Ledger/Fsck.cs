using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// Derives everything from the leaves again and says what differs: leaf keys, hashes, tiles, roots, checkpoints and their signatures, rows, and the high-water
/// file; or, since a clean check, of what came after it. Needs public keys only, changes nothing, and works beside a running authority. The one stored value that nothing derives is the time of a head.
/// What cannot be read because it is damaged is a finding like any other, and the rest is read all the same.
/// </summary>
public static class Fsck
{
    /// <summary>Findings after which a log is not read further: it is broken, and the report must end.</summary>
    internal const int MostFindings = 100;

    /// <summary>Reads everything.</summary>
    /// <param name="store">The database; read-only will do.</param>
    /// <param name="logs">The logs that it must hold, and no others.</param>
    /// <param name="highWaterPath">The high-water file.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static Task<FsckReport> RunAsync(ILedgerStore store, IReadOnlyList<LogDefinition> logs, string highWaterPath, CancellationToken cancellationToken = default) =>
        RunAsync(store, logs, highWaterPath, null, null, cancellationToken);

    /// <summary>
    /// Reads everything, or what came since a clean check: then the tree that was verified is taken from its tiles, which must lead to the recorded root,
    /// and older leaves, tiles and rows and the database's own pages are not looked at again.
    /// </summary>
    /// <param name="store">The database; read-only will do.</param>
    /// <param name="logs">The logs that it must hold, and no others.</param>
    /// <param name="highWaterPath">The high-water file.</param>
    /// <param name="since">What was verified before; null reads everything. A log that is not in it is read whole.</param>
    /// <param name="progress">Hears after every 256 leaves.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<FsckReport> RunAsync(
        ILedgerStore store,
        IReadOnlyList<LogDefinition> logs,
        string highWaterPath,
        IReadOnlyList<FsckMark>? since,
        IProgress<FsckProgress>? progress,
        CancellationToken cancellationToken)
    {
        // Marks before heads: beside a running authority heads only move on, so a head can never be behind a mark that was read earlier.
        var marks = HighWaterFile.TryRead(highWaterPath);
        var findings = new List<FsckFinding>();
        if (marks is null)
        {
            findings.Add(new FsckFinding("high-water file", $"{highWaterPath} is missing or damaged."));
        }

        if (since is null)
        {
            _ = await TryReadAsync(findings, "database", async () => findings.AddRange((await store.CheckAsync(cancellationToken)).Take(MostFindings).Select(fault => new FsckFinding("database", fault))));
        }

        IReadOnlyList<StoredHead> heads = [];
        if (!await TryReadAsync(findings, "heads", async () => heads = await store.ReadHeadsAsync(cancellationToken)))
        {
            return new FsckReport(findings, 0, 0, []);
        }

        findings.AddRange(heads.Where(head => logs.All(log => log.Id != head.Log)).Select(head => new FsckFinding($"{head.Log}", "is stored and not configured.")));
        findings.AddRange((marks ?? []).Where(mark => logs.All(log => log.Id != mark.Log)).Select(mark => new FsckFinding($"{mark.Log}", "was published and is not configured.")));
        var (leaves, read) = (0L, 0L);
        var verified = new List<FsckMark>();
        foreach (var log in logs)
        {
            if (heads.FirstOrDefault(head => head.Log == log.Id) is not { } head)
            {
                findings.Add(new FsckFinding($"{log.Id}", "is configured and not stored."));
                continue;
            }

            var check = new LogCheck(store, log, head, marks?.Where(mark => mark.Log == log.Id).Select(mark => (HighWaterMark?)mark).FirstOrDefault())
            {
                Since = since?.FirstOrDefault(mark => mark.Origin == log.Origin),
                Progress = progress,
            };
            var isReadable = await TryReadAsync(findings, $"{log.Id}", () => check.RunAsync(cancellationToken));
            if (marks is not null && isReadable)
            {
                check.RequireMark();
            }

            findings.AddRange(check.Findings);
            leaves += head.Size;
            read += check.Read;
            verified.Add(new FsckMark(log.Origin, head.Size, head.Root));
        }

        return new FsckReport(findings, leaves, read, verified);
    }
    /// <returns>Whether it could be read.</returns>
    private static async Task<bool> TryReadAsync(List<FsckFinding> findings, string where, Func<Task> read)
    {
        try
        {
            await read();
            return true;
        }
        catch (StoreRefusedException e) when (e.IsDamaged)
        {
            findings.Add(new FsckFinding(where, $"nothing more can be read of it: {e.InnerException?.Message ?? e.Message}"));
            return false;
        }
    }
}
