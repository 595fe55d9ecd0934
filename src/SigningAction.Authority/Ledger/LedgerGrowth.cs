using SigningAction.Authority.Storage;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// Puts new, empty logs into a ledger that is stopped. Every step is durable by itself and may be done again: a run that was cut short is finished by the
/// same run once more, and until the caller has written down that the logs exist, an authority does not start.
/// </summary>
public static class LedgerGrowth
{
    /// <summary>
    /// The logs of which less is stored than was published: what a restored old backup lacks. Without a high-water file nobody knows, and it may be any log that was open.
    /// </summary>
    /// <param name="store">The database.</param>
    /// <param name="highWaterPath">The high-water file.</param>
    /// <param name="logs">The logs as they are configured.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<IReadOnlySet<LogId>> FindBehindAsync(
        ILedgerStore store, string highWaterPath, IReadOnlyList<LogDefinition> logs, CancellationToken cancellationToken = default)
    {
        var marks = HighWaterFile.TryRead(highWaterPath);
        var stored = (await store.ReadHeadsAsync(cancellationToken)).ToDictionary(head => head.Log, head => head.Size);
        return logs
            .Where(log => marks is null ? !log.IsFrozen || !stored.ContainsKey(log.Id) : marks.Any(mark => mark.Log == log.Id && mark.Size > stored.GetValueOrDefault(log.Id, -1)))
            .Select(log => log.Id)
            .ToHashSet();
    }

    /// <summary>Adds the logs, and verifies that the ledger would start with them.</summary>
    /// <param name="store">The database, open for writing: nobody else runs on it.</param>
    /// <param name="highWaterPath">The high-water file. Where it is lost it is made anew, and only when every log of <paramref name="after"/> is frozen.</param>
    /// <param name="before">The logs as they are configured now, with the keys that are there.</param>
    /// <param name="after">The same logs as they will be: frozen, or lacking their tail.</param>
    /// <param name="added">The new logs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="LedgerRefusedException">The ledger would not start with them.</exception>
    public static async Task AddAsync(
        ILedgerStore store,
        string highWaterPath,
        IReadOnlyList<LogDefinition> before,
        IReadOnlyList<LogDefinition> after,
        IReadOnlyList<LogDefinition> added,
        TimeProvider time,
        CancellationToken cancellationToken = default)
    {
        var heads = await store.ReadHeadsAsync(cancellationToken);
        var now = Now(time, heads);

        // A backup may be older than a whole log. Its empty tree was signed once already, so signing it again tells nobody anything new.
        foreach (var lost in before.Where(log => after.Any(other => other.Id == log.Id && other.LacksTail) && heads.All(head => head.Log != log.Id)))
        {
            if (lost.IsFrozen)
            {
                throw new LedgerRefusedException($"The database knows nothing of the frozen log {lost.Origin}. Restore a backup that is younger than that log.");
            }

            await store.CreateLogAsync(lost.SignHead(0, MerkleTree.EmptyRoot, now), cancellationToken);
        }

        foreach (var log in added)
        {
            if (heads.FirstOrDefault(head => head.Log == log.Id) is not { } there)
            {
                await store.CreateLogAsync(log.SignHead(0, MerkleTree.EmptyRoot, now), cancellationToken);
            }
            else if (there.Size != 0)
            {
                throw new LedgerRefusedException($"The database has a log {log.Id.Number} with {there.Size} leaves that is not configured. Restore the list of logs that belongs to this database.");
            }
        }

        // An added log whose mark is there already has the mark of an empty log, or it is refused here.
        var known = HighWaterFile.TryRead(highWaterPath);
        if (known is null && after.Any(log => !log.IsFrozen))
        {
            // What is open would go on without anybody knowing what was published of it: refused, with the way on.
            HighWaterFile.Open(highWaterPath).Dispose();
        }

        var marks = known
            ?? [.. (await store.ReadHeadsAsync(cancellationToken)).Where(head => before.Any(log => log.Id == head.Log)).Select(head => new HighWaterMark(head.Log, head.Size, head.Root))];
        IReadOnlyList<HighWaterMark> grown =
        [
            .. marks,
            .. added.Where(log => marks.All(mark => mark.Log != log.Id)).Select(log => new HighWaterMark(log.Id, 0, MerkleTree.EmptyRoot)),
        ];
        _ = await LedgerLoader.VerifyAsync(store, [.. after, .. added], grown, cancellationToken);
        if (known is null)
        {
            // The new logs are in it from the first moment on: until the caller has written down that they exist, no start takes it for the whole truth.
            HighWaterFile.Replace(highWaterPath, grown);
        }
        else if (grown.Count > marks.Count)
        {
            using var highWater = HighWaterFile.Open(highWaterPath);
            highWater.Write(grown);
        }
    }

    /// <summary>Verifies a stopped ledger as a start does, and says when nothing more can have been signed in it.</summary>
    /// <returns>Now, or the newest stored time if the clock stands before it.</returns>
    /// <exception cref="LedgerRefusedException">It would not start.</exception>
    public static async Task<DateTimeOffset> CloseAsync(
        ILedgerStore store, string highWaterPath, IReadOnlyList<LogDefinition> logs, TimeProvider time, CancellationToken cancellationToken = default)
    {
        using var highWater = HighWaterFile.Open(highWaterPath);
        _ = await LedgerLoader.VerifyAsync(store, logs, highWater.Marks, cancellationToken);
        return await NowAsync(store, time, cancellationToken);
    }

    /// <summary>The time in whole milliseconds, never before what is signed already, whatever the clock says.</summary>
    public static async Task<DateTimeOffset> NowAsync(ILedgerStore store, TimeProvider time, CancellationToken cancellationToken = default) =>
        Now(time, await store.ReadHeadsAsync(cancellationToken));

    private static DateTimeOffset Now(TimeProvider time, IReadOnlyList<StoredHead> heads)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        return heads.Select(head => head.Time).Append(now).Max();
    }
}
