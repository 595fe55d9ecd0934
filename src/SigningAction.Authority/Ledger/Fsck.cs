using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// Derives everything from the leaves again and says what differs: leaf keys, hashes, tiles, roots, checkpoints and their signatures, rows, and the high-water
/// file. Needs public keys only, changes nothing, and works beside a running authority. The one stored value that nothing derives is the time of a head.
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
    public static async Task<FsckReport> RunAsync(ILedgerStore store, IReadOnlyList<LogDefinition> logs, string highWaterPath, CancellationToken cancellationToken = default)
    {
        // Marks before heads: beside a running authority heads only move on, so a head can never be behind a mark that was read earlier.
        var marks = HighWaterFile.TryRead(highWaterPath);
        var findings = new List<FsckFinding>();
        if (marks is null)
        {
            findings.Add(new FsckFinding("high-water file", $"{highWaterPath} is missing or damaged."));
        }

        findings.AddRange((await store.CheckAsync(cancellationToken)).Take(MostFindings).Select(fault => new FsckFinding("database", fault)));
        var heads = await store.ReadHeadsAsync(cancellationToken);
        findings.AddRange(heads.Where(head => logs.All(log => log.Id != head.Log)).Select(head => new FsckFinding($"{head.Log}", "is stored and not configured.")));
        findings.AddRange((marks ?? []).Where(mark => logs.All(log => log.Id != mark.Log)).Select(mark => new FsckFinding($"{mark.Log}", "was published and is not configured.")));
        var leaves = 0L;
        foreach (var log in logs)
        {
            if (heads.FirstOrDefault(head => head.Log == log.Id) is not { } head)
            {
                findings.Add(new FsckFinding($"{log.Id}", "is configured and not stored."));
                continue;
            }

            var check = new LogCheck(store, log, head, marks?.Where(mark => mark.Log == log.Id).Select(mark => (HighWaterMark?)mark).FirstOrDefault());
            await check.RunAsync(cancellationToken);
            if (marks is not null)
            {
                check.RequireMark();
            }

            findings.AddRange(check.Findings);
            leaves += head.Size;
        }

        return new FsckReport(findings, leaves);
    }
}
