using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// Start and recovery are this one path. It trusts nothing that it can derive: the checkpoint is verified with the own key and origin, the right edge is hashed
/// again from leaves and full tiles and must lead to the signed root, and the tree must continue what the high-water marks say was published.
/// Reads at most 255 leaves and 255 tiles a level, whatever the size of the log.
/// What it returns may be published: it was synced anew, and the high-water file has it. A process that was killed between a commit and its sync leaves
/// leaves that can be read and are on no medium; and one killed before it wrote the high-water file, a database of which that file knows too little.
/// </summary>
internal static class LedgerLoader
{
    public static async ValueTask<IReadOnlyList<LogSnapshot>> LoadAsync(
        ILedgerStore store, IReadOnlyList<LogDefinition> logs, HighWaterFile highWater, CancellationToken cancellationToken)
    {
        await store.ReopenAsync(cancellationToken);
        var loaded = await VerifyAsync(store, logs, highWater.Marks, cancellationToken);
        highWater.Write(HighWaterMark.Of(loaded));
        return loaded;
    }

    /// <summary>Verifies and changes nothing.</summary>
    public static async ValueTask<IReadOnlyList<LogSnapshot>> VerifyAsync(
        ILedgerStore store, IReadOnlyList<LogDefinition> logs, IReadOnlyList<HighWaterMark> marks, CancellationToken cancellationToken)
    {
        var heads = await store.ReadHeadsAsync(cancellationToken);
        if (heads.FirstOrDefault(head => logs.All(log => log.Id != head.Log)) is { } unknown)
        {
            throw new LedgerRefusedException(
                $"The database holds a log that is not configured ({unknown.Log}). If 'signing-authority shard add' was cut short, run it again; "
                + "otherwise use the database and the list of logs that belong to this authority.");
        }

        // A mark of a log that nobody knows any more would be dropped by the next commit, and with it the memory of what was published.
        if (marks.Select(mark => (HighWaterMark?)mark).FirstOrDefault(mark => logs.All(log => log.Id != mark!.Value.Log)) is { } forgotten)
        {
            throw new LedgerRefusedException(
                $"The high-water file knows a log that is not configured ({forgotten.Log}). If 'signing-authority shard add' was cut short, run it again; "
                + "otherwise restore the list of logs that belongs to it.");
        }

        var loaded = new List<LogSnapshot>();
        foreach (var log in logs)
        {
            var head = heads.FirstOrDefault(head => head.Log == log.Id)
                ?? throw new LedgerRefusedException($"The database has no {log.Id} log. Make the authority with 'signing-authority init'.");
            VerifyCheckpoint(log, head);
            var snapshot = new LogSnapshot(log, head, await RestoreAsync(store, log, head, mayHaveMore: false, cancellationToken), store, PublishedBeyond(log, head, marks));
            await VerifyMarkAsync(snapshot, marks, cancellationToken);
            loaded.Add(snapshot);
        }

        return loaded;
    }

    /// <summary>The mark of a log that is known to lack what was published at last.</summary>
    private static HighWaterMark? PublishedBeyond(LogDefinition log, StoredHead head, IReadOnlyList<HighWaterMark> marks) => log is { LacksTail: true, IsFrozen: true }
        ? marks.Select(mark => (HighWaterMark?)mark).FirstOrDefault(mark => mark!.Value.Log == log.Id && mark.Value.Size > head.Size)
        : null;

    private static void VerifyCheckpoint(LogDefinition log, StoredHead head)
    {
        try
        {
            var note = SignedNote.Parse(head.Checkpoint);
            var checkpoint = Checkpoint.ParseText(note.Text);
            if (checkpoint.Origin != log.Origin)
            {
                throw new LedgerRefusedException($"The stored {log.Id} log is called {checkpoint.Origin}, the configuration says {log.Origin}. A log keeps its name for life.");
            }

            if (!note.IsSignedBy(log.Key))
            {
                throw new LedgerRefusedException($"The checkpoint of the {log.Id} log is not signed by the configured key. Use the key that belongs to this database.");
            }

            if (checkpoint.Size != head.Size || checkpoint.Root != head.Root)
            {
                throw new LedgerRefusedException($"The stored head of the {log.Id} log differs from its own checkpoint. Run fsck and restore the newest backup.");
            }
        }
        catch (EvidenceException e)
        {
            throw new LedgerRefusedException($"The stored checkpoint of the {log.Id} log is refused: {e.Failure.Fault} Run fsck and restore the newest backup.", e);
        }
    }

    /// <summary>The tree of a head, from its right edge.</summary>
    /// <param name="store">Where leaves and tiles are.</param>
    /// <param name="log">Which log.</param>
    /// <param name="head">The size and root that it must have.</param>
    /// <param name="mayHaveMore">Whether the log may have grown since; where it may not, a leaf behind the head is damage.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="LedgerRefusedException">What is stored does not lead there.</exception>
    internal static async ValueTask<TileTree> RestoreAsync(
        ILedgerStore store, LogDefinition log, StoredHead head, bool mayHaveMore, CancellationToken cancellationToken)
    {
        var size = head.Size;
        var firstLeaf = size / Limits.TileWidth * Limits.TileWidth;
        var count = (int)(size - firstLeaf);

        // One more than there should be: a leaf behind the head would block every later commit.
        var leaves = await store.ReadLeavesAsync(log.Id, firstLeaf, mayHaveMore ? count : count + 1, cancellationToken);
        if (leaves.Count != count)
        {
            throw Damaged(log, $"it holds {leaves.Count} leaves from {firstLeaf}, its head says {count}{(count > 0 ? $", which are {EdgeDamage.TileOf(log, firstLeaf, size)}" : "")}");
        }

        var elements = new List<IReadOnlyList<Sha256Digest>>();
        if (size > 0)
        {
            elements.Add([.. leaves.Select(leaf => Read(log, leaf, size).Hash)]);
        }

        for (var level = 1; HashTile.Elements(level, size) > 0; level++)
        {
            var first = HashTile.Elements(level, size) / Limits.TileWidth * Limits.TileWidth;
            var expected = (int)(HashTile.Elements(level, size) - first);
            var tiles = await store.ReadTilesAsync(log.Id, level - 1, first, expected, cancellationToken);
            var whole = tiles.TakeWhile(tile => tile.Hashes.Length == Limits.TileWidth * Sha256Digest.Size).Count();
            if (whole != expected)
            {
                throw Damaged(log, $"tile {new TilePath(level - 1, first + whole, Limits.TileWidth)} is missing or of the wrong length");
            }

            elements.Add([.. tiles.Select(tile => HashTile.Subtree(tile.Hashes.Span, 0, Limits.TileWidth))]);
        }

        var tree = TileTree.Restore(size, elements);
        return tree.Root == head.Root ? tree : throw Damaged(log, await new EdgeDamage(store, log, size).LocateAsync(cancellationToken));
    }

    /// <exception cref="LedgerRefusedException">It is no leaf of this log.</exception>
    internal static LeafContent Read(LogDefinition log, StoredLeaf leaf, long size)
    {
        try
        {
            return log.Format.Read(leaf.Data);
        }
        catch (EvidenceException e)
        {
            throw Damaged(log, $"leaf {leaf.Index} in {EdgeDamage.TileOf(log, leaf.Index, size)} does not read: {e.Failure.Fault}");
        }
    }

    private static async ValueTask VerifyMarkAsync(LogSnapshot snapshot, IReadOnlyList<HighWaterMark> marks, CancellationToken cancellationToken)
    {
        var id = snapshot.Log.Id;
        if (!marks.Any(mark => mark.Log == id))
        {
            throw new LedgerRefusedException($"The high-water file does not know the {id} log. Restore the file that belongs to this database.");
        }

        var published = marks.First(mark => mark.Log == id);
        if (published.Size > snapshot.Head.Size)
        {
            // What is left of a frozen log whose tail is lost can be read; nothing ever follows it.
            if (snapshot.Mark == published)
            {
                return;
            }

            throw new LedgerRefusedException(
                $"The database has {snapshot.Head.Size} leaves of the {id} log, but {published.Size} were published: it is an old backup, and going on would fork the log. "
                + "Restore a newer one. If there is none, freeze what is left and start new logs under another host name: "
                + "'signing-authority shard add DIR --url https://NEW-HOST --accept-loss'.");
        }

        if (await RootAtAsync(snapshot, published.Size, cancellationToken) != published.Root)
        {
            throw new LedgerRefusedException(
                $"The {id} log has other leaves than those that were published at size {published.Size}: going on would fork the log. "
                + "Restore the database that belongs to the high-water file, or start new logs with 'signing-authority init'.");
        }
    }

    private static async ValueTask<Sha256Digest> RootAtAsync(LogSnapshot snapshot, long size, CancellationToken cancellationToken)
    {
        try
        {
            return await snapshot.RootAtAsync(size, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new LedgerRefusedException($"{e.Message} Restore the newest backup.", e);
        }
    }

    private static LedgerRefusedException Damaged(LogDefinition log, string how) =>
        new($"The {log.Id} log ({log.Origin}) is damaged: {how}. Run fsck and restore the newest backup.");
}
