using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// One batch on the way to its commit, all in memory: which work repeats a leaf that is there, who gets which index, the leaves, trees and signed heads.
/// Dropped without a trace when anything fails.
/// </summary>
internal sealed class BatchPlan(IReadOnlyDictionary<LogId, LogSnapshot> current, DateTimeOffset time, List<PendingWork> batch)
{
    private readonly Dictionary<PendingWork, long?> _known = [];
    private readonly List<(PendingWork Work, PendingWork First)> _repeats = [];
    private readonly Dictionary<LogId, LogSnapshot> _next = new(current);
    private List<PendingWork> _fresh = [];

    /// <summary>Every log as it will be after the commit.</summary>
    public IReadOnlyDictionary<LogId, LogSnapshot> Next => _next;

    /// <summary>Sets work aside whose leaf is stored already, or is in this batch before. The bytes are compared: a key alone is a promise about another leaf.</summary>
    public async ValueTask FindRepeatsAsync(ILedgerStore store, CancellationToken cancellationToken)
    {
        var firsts = new Dictionary<(LogId, Sha256Digest), PendingWork>();
        foreach (var work in batch)
        {
            if (work.Fixed is not { Log.Deduplicates: true } leaf || firsts.TryAdd((leaf.Log.Id, leaf.Sha256), work))
            {
                _fresh.Add(work);
            }
            else if (firsts[(leaf.Log.Id, leaf.Sha256)] is var first && IsSame(work, first.Fixed!.Data))
            {
                _repeats.Add((work, first));
            }
        }

        foreach (var log in firsts.Keys.GroupBy(key => key.Item1, key => key.Item2))
        {
            foreach (var (key, stored) in await store.FindLeavesAsync(log.Key, [.. log], cancellationToken))
            {
                _known.Add(firsts[(log.Key, key)], IsSame(firsts[(log.Key, key)], stored.Data) ? stored.Index : null);
            }
        }

        _fresh.RemoveAll(_known.ContainsKey);
    }

    /// <summary>
    /// Gives indexes in order of arrival and lets each work make its leaves for them, in parallel. Work that fails is answered and leaves no gap:
    /// the others move up, and those whose indexes moved make their leaves again.
    /// </summary>
    public void Prepare()
    {
        for (var failed = true; failed;)
        {
            var todo = Assign();
            var failures = new ConcurrentBag<PendingWork>();
            if (todo.Count == 1)
            {
                Prepare(todo[0].Work, todo[0].Slots, failures);
            }
            else if (todo.Count > 1)
            {
                Parallel.ForEach(todo, item => Prepare(item.Work, item.Slots, failures));
            }

            failed = !failures.IsEmpty || RefuseChanged();
            if (!failures.IsEmpty)
            {
                _fresh = [.. _fresh.Except(failures)];
            }
        }
    }

    /// <summary>Refuses the work whose certificate has a serial number that is taken: the later one of two. The others move up in the next <see cref="Prepare()"/>.</summary>
    /// <returns>Whether there is such work.</returns>
    public bool Refuse(SerialTakenException taken)
    {
        var work = _fresh.FindLast(work => work.Leaves.Any(leaf => leaf.Content.Rows.OfType<InventoryRow>().Any(row => row.Serial == taken.Serial)));
        work?.Fail(taken);
        return work is not null && _fresh.Remove(work);
    }

    /// <summary>Hashes the new leaves into the trees and signs the heads of the logs that grew.</summary>
    /// <param name="store">Read by the snapshots that come of it.</param>
    public IReadOnlyList<LogAppend> Build(ILedgerStore store)
    {
        var appends = new List<LogAppend>();
        foreach (var (id, before) in current)
        {
            var leaves = _fresh.SelectMany(work => work.Leaves).Where(leaf => leaf.Log.Id == id).ToList();
            if (leaves.Count == 0)
            {
                // It may have had some before the batch was planned again.
                _next[id] = before;
                continue;
            }

            var tree = before.Tree.Append([.. leaves.Select(leaf => leaf.Content.Hash)]);
            var head = before.Log.SignHead(tree.Size, tree.Root, time);
            var first = before.Head.Size;
            appends.Add(new LogAppend(
                before.Head,
                head,
                [.. leaves.Select((leaf, i) => new StoredLeaf(first + i, leaf.Data, leaf.Sha256, leaf.Log.Deduplicates))],
                [.. tree.Filled],
                [.. leaves.SelectMany((leaf, i) => leaf.Content.Rows.Select(row => row with { Index = first + i }))]));
            _next[id] = new LogSnapshot(before.Log, head, tree, store);
        }

        return appends;
    }

    /// <summary>Answers everybody. Only after the commit.</summary>
    public void Complete()
    {
        foreach (var work in _fresh)
        {
            work.Complete([.. work.Leaves.Select((leaf, i) => Committed(leaf, work.Slots!.Indexes[i]))]);
        }

        foreach (var (work, index) in _known.Where(known => known.Value is not null))
        {
            work.Complete([Committed(work.Fixed!, index!.Value)]);
        }

        foreach (var (work, first) in _repeats)
        {
            // Of two leaves that claim one key the second shares the first one's fate, also where that was refused.
            if ((_known.TryGetValue(first, out var index) ? index : first.Slots!.Indexes[0]) is { } same)
            {
                work.Complete([Committed(work.Fixed!, same)]);
            }
            else
            {
                work.Fail(Collision());
            }
        }
    }

    /// <summary>Answers everybody who was not answered yet.</summary>
    public void Fail(Exception fault) => batch.ForEach(work => work.Fail(fault));

    private CommittedLeaf Committed(PreparedLeaf leaf, long index) => new(_next[leaf.Log.Id], index, leaf.Content.Hash);

    /// <summary>The work whose indexes are not the ones that its leaves were made for.</summary>
    private List<(PendingWork Work, LeafSlots Slots)> Assign()
    {
        var next = current.ToDictionary(log => log.Key, log => log.Value.Head.Size);
        var todo = new List<(PendingWork, LeafSlots)>();
        foreach (var work in _fresh)
        {
            var indexes = new long[work.Logs.Count];
            for (var i = 0; i < indexes.Length; i++)
            {
                indexes[i] = next[work.Logs[i]]++;
            }

            // A time that moved counts as well: an SCT must not be older than the batch before.
            if (work.Slots is not { } slots || slots.Time != time || !slots.Indexes.SequenceEqual(indexes))
            {
                var moved = new LeafSlots(work.Logs, indexes, time);
                if (work.Fixed is null)
                {
                    todo.Add((work, moved));
                }
                else
                {
                    work.Prepare(moved, Definition);
                }
            }
        }

        return todo;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever one work throws goes to its own caller and must not stop the others.")]
    private void Prepare(PendingWork work, LeafSlots slots, ConcurrentBag<PendingWork> failures)
    {
        try
        {
            work.Prepare(slots, Definition);
        }
        catch (Exception e)
        {
            work.Fail(e);
            failures.Add(work);
        }
    }

    /// <summary>The last look before heads are signed: what changed in memory since it was read is refused, with whoever sent the same leaf.</summary>
    private bool RefuseChanged()
    {
        var changed = _fresh.Where(work => !work.Leaves.All(leaf => leaf.IsIntact)).ToHashSet();
        if (changed.Count == 0)
        {
            return false;
        }

        foreach (var work in changed.Concat(_repeats.Where(repeat => changed.Contains(repeat.First)).Select(repeat => repeat.Work)))
        {
            work.Fail(new InvalidDataException("The bytes of a leaf changed in memory after they were read; it was not signed. Look at the memory of this machine."));
        }

        _repeats.RemoveAll(repeat => changed.Contains(repeat.First));
        _fresh.RemoveAll(changed.Contains);
        return true;
    }

    private LogDefinition Definition(LogId log) => current[log].Log;

    private static bool IsSame(PendingWork work, ReadOnlyMemory<byte> stored)
    {
        var same = work.Fixed!.Data.Span.SequenceEqual(stored.Span);
        if (!same)
        {
            work.Fail(Collision());
        }

        return same;
    }

    private static InvalidDataException Collision() => new("Another leaf is stored under the SHA-256 of this one. Run fsck.");
}
