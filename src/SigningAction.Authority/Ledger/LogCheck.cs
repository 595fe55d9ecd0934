using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Ledger;

/// <summary>The part of fsck that reads one log, a tile's worth of leaves at a time.</summary>
internal sealed class LogCheck(ILedgerStore store, LogDefinition log, StoredHead head, HighWaterMark? mark)
{
    private readonly List<FsckFinding> _findings = [];
    private TileTree _tree = TileTree.Empty;
    private long _tiles;
    private long _rows;

    public IReadOnlyList<FsckFinding> Findings => _findings;

    /// <summary>What need not be read again; null reads everything.</summary>
    public FsckMark? Since { get; init; }

    public IProgress<FsckProgress>? Progress { get; init; }

    /// <summary>Leaves that were read.</summary>
    public long Read { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        CheckCheckpoint();
        var isWhole = Since is not { Size: > 0 };
        if (!isWhole && !await ContinueAsync(Since!, cancellationToken))
        {
            return;
        }

        if (!isWhole && mark is { Size: > 0 } older && older.Size < Since!.Size)
        {
            await CheckOlderMarkAsync(older, cancellationToken);
        }

        while (_tree.Size < head.Size && _findings.Count < Fsck.MostFindings)
        {
            var first = _tree.Size;
            var count = (int)Math.Min(Limits.TileWidth, head.Size - first);
            var leaves = await store.ReadLeavesAsync(log.Id, first, count, cancellationToken);
            if (leaves.Count != count)
            {
                Add($"leaf {first + leaves.Count}", "is missing; nothing behind it was read.");
                return;
            }

            await CheckChunkAsync(leaves, cancellationToken);
            Read += count;
            Progress?.Report(new FsckProgress(log.Origin, _tree.Size, head.Size));
        }

        if (_tree.Size == head.Size && _tree.Root != head.Root)
        {
            Add("root", $"the leaves lead to {_tree.Root}, the head says {head.Root}.");
        }

        if (isWhole)
        {
            await CheckCountsAsync(cancellationToken);
        }
    }

    /// <summary>What was published must be known for every log.</summary>
    public void RequireMark()
    {
        if (mark is null)
        {
            Add("high-water file", "does not know this log.");
        }
        else if (mark.Value.Size == 0 && mark.Value.Root != MerkleTree.EmptyRoot)
        {
            Add("high-water file", "names another root for an empty log.");
        }
        else if (mark.Value.Size == Since?.Size && _tree.Size >= Since.Size && mark.Value.Root != Since.Root)
        {
            Add("high-water file", $"other leaves were published at size {mark.Value.Size}.");
        }
        else if (mark.Value.Size > head.Size && !log.LacksTail)
        {
            Add("high-water file", $"{mark.Value.Size} leaves were published, the database has {head.Size}: it is an old backup.");
        }
    }

    /// <summary>Takes up the tree where it was verified. Its edge is hashed again, so that what is appended here is appended to that tree and no other.</summary>
    private async ValueTask<bool> ContinueAsync(FsckMark since, CancellationToken cancellationToken)
    {
        if (since.Size > head.Size)
        {
            Add("last check", $"verified {since.Size} leaves, and the database has {head.Size}: it is an old backup.");
            return false;
        }

        try
        {
            _tree = await LedgerLoader.RestoreAsync(store, log, head with { Size = since.Size, Root = since.Root }, mayHaveMore: true, cancellationToken);
            return true;
        }
        catch (LedgerRefusedException e)
        {
            Add("last check", $"verified {since.Size} leaves with root {since.Root}, and what is stored does not lead there: {e.Message}");
            return false;
        }
    }

    /// <summary>A mark within the tree that was verified: its leaves are not read again, so the tiles must lead to its root.</summary>
    private async ValueTask CheckOlderMarkAsync(HighWaterMark older, CancellationToken cancellationToken)
    {
        try
        {
            if (await new LogSnapshot(log, head with { Size = _tree.Size, Root = _tree.Root }, _tree, store).RootAtAsync(older.Size, cancellationToken) != older.Root)
            {
                Add("high-water file", $"other leaves were published at size {older.Size}.");
            }
        }
        catch (InvalidDataException e)
        {
            Add("tiles", e.Message);
        }
    }

    private void CheckCheckpoint()
    {
        try
        {
            var note = SignedNote.Parse(head.Checkpoint);
            var checkpoint = Checkpoint.ParseText(note.Text);
            if (checkpoint.Origin != log.Origin || checkpoint.Size != head.Size || checkpoint.Root != head.Root || checkpoint.Extensions.Count != 0)
            {
                Add("checkpoint", "says something else than the log's name and stored head.");
            }

            // Exactly our own line: a damaged name or hint would make it somebody else's, which a reader ignores.
            if (note.Signatures is not [_] || !note.IsSignedBy(log.Key))
            {
                Add("checkpoint", "is not signed by the log's key and by nobody else.");
            }
        }
        catch (EvidenceException e)
        {
            Add("checkpoint", e.Failure.Fault);
        }
    }

    private async ValueTask CheckChunkAsync(IReadOnlyList<StoredLeaf> leaves, CancellationToken cancellationToken)
    {
        var first = leaves[0].Index;
        var contents = leaves.Select(ReadLeaf).ToList();
        var hashes = contents.ConvertAll(content => content.Hash);
        if (mark is { } published && published.Size > first && published.Size <= first + leaves.Count
            && _tree.Append(hashes[..(int)(published.Size - first)]).Root != published.Root)
        {
            Add("high-water file", $"other leaves were published at size {published.Size}.");
        }

        var expected = contents.SelectMany((content, i) => content.Rows.Select(row => row with { Index = first + i })).ToList();
        var stored = await store.ReadRowsAsync(log.Id, first, leaves.Count, cancellationToken);
        _rows += expected.Count;
        foreach (var index in expected.Except(stored).Concat(stored.Except(expected)).Select(row => row.Index).Distinct().Order())
        {
            Add($"rows of leaf {index}", "are not what the leaf makes them.");
        }

        _tree = _tree.Append(hashes);
        foreach (var tile in _tree.Filled)
        {
            _tiles++;
            var found = await store.ReadTilesAsync(log.Id, tile.Level, tile.Index, 1, cancellationToken);
            if (found is not [var one] || !one.Hashes.Span.SequenceEqual(tile.Hashes.Span))
            {
                Add($"tile {new TilePath(tile.Level, tile.Index, Limits.TileWidth)}", found.Count == 0 ? "is missing." : "has other hashes than its leaves.");
            }
        }
    }

    private LeafContent ReadLeaf(StoredLeaf leaf)
    {
        if (leaf.Sha256 != Sha256Digest.Of(leaf.Data.Span) || leaf.IsUnique != log.Deduplicates)
        {
            Add($"leaf {leaf.Index}", "is not the one whose SHA-256 is stored with it, or cannot be found by it.");
        }

        try
        {
            var content = log.Format.Read(leaf.Data);
            if (content.OwnIndex is { } own && own != leaf.Index)
            {
                Add($"leaf {leaf.Index}", $"says that it is number {own}.");
            }

            return content;
        }
        catch (EvidenceException e)
        {
            Add($"leaf {leaf.Index}", e.Failure.Fault);
            return new LeafContent(MerkleTree.LeafHash(leaf.Data.Span), []);
        }
    }

    /// <summary>Whatever is stored beyond what the leaves make.</summary>
    private async ValueTask CheckCountsAsync(CancellationToken cancellationToken)
    {
        var counts = await store.CountAsync(log.Id, cancellationToken);
        if (counts.Leaves != counts.Size)
        {
            Add("leaves", $"{counts.Leaves} are stored, the head says {counts.Size}.");
        }

        // Beside a running authority more may have come; then only leaves and head can be compared.
        if (counts.Size == _tree.Size && (counts.Tiles != _tiles || counts.Rows != _rows))
        {
            Add("tiles and rows", $"{counts.Tiles} and {counts.Rows} are stored, the leaves make {_tiles} and {_rows}.");
        }
    }

    private void Add(string where, string what) => _findings.Add(new FsckFinding($"{log.Id} {where}", what));
}
