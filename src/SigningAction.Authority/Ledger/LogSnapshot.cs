using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// A log at one committed size. Never changes, so that readers and waiting callers work on it while the sequencer goes on. It answers only within its size,
/// even where the store is ahead already.
/// </summary>
internal sealed class LogSnapshot(LogDefinition log, StoredHead head, TileTree tree, ILedgerStore store, HighWaterMark? published = null)
{
    public LogDefinition Log => log;

    public StoredHead Head => head;

    public TileTree Tree => tree;

    /// <summary>What the high-water file says of it: its head, or more where its tail is lost. What was published stays published.</summary>
    public HighWaterMark Mark => published ?? new HighWaterMark(log.Id, head.Size, head.Root);

    /// <summary>Proof of a leaf of this tree. New leaves are proven from memory; for old ones at most two tiles a level are read.</summary>
    public async ValueTask<LogProof> ProveAsync(long index, Sha256Digest leafHash, CancellationToken cancellationToken)
    {
        var hashes = MerkleProof.Inclusion(index, head.Size, await NodesAsync([index, head.Size - 1, head.Size], cancellationToken));

        // Own proof first: what does not verify here never leaves.
        return MerkleProof.VerifyInclusion(index, head.Size, leafHash, hashes, head.Root)
            ? new LogProof(index, head.Size, head.Root, head.Checkpoint, hashes)
            : throw new InvalidDataException($"Leaf {index} of the {log.Id} log does not prove against size {head.Size}. Run fsck.");
    }

    public async ValueTask<Sha256Digest> RootAtAsync(long size, CancellationToken cancellationToken) =>
        MerkleProof.Root(size, await NodesAsync([size - 1, size], cancellationToken));

    /// <summary>A tile as tlog-tiles serves it, partial ones at any width up to the current; null when the tree does not have it.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadTileAsync(TilePath path, CancellationToken cancellationToken)
    {
        var isLeaves = path.Level < 0;
        var elements = isLeaves ? head.Size : HashTile.Elements(path.Level, head.Size);
        if ((isLeaves && path.Level != log.Format.TileLevel)
            || path.Index < 0
            || path.Width is < 1 or > Limits.TileWidth
            || path.Index > elements / Limits.TileWidth
            || (path.Index * Limits.TileWidth) + path.Width > elements)
        {
            return null;
        }

        return isLeaves ? await ReadLeavesAsync(path, cancellationToken) : await ReadHashesAsync(path, cancellationToken);
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadLeavesAsync(TilePath path, CancellationToken cancellationToken)
    {
        var leaves = await store.ReadLeavesAsync(log.Id, path.Index * Limits.TileWidth, path.Width, cancellationToken);
        if (leaves.Count != path.Width)
        {
            throw new InvalidDataException($"Leaves of tile {path} of the {log.Id} log are missing. Run fsck.");
        }

        using var bundle = new MemoryStream();
        foreach (var leaf in leaves)
        {
            log.Format.Append(bundle, leaf.Data.Span);
        }

        return bundle.ToArray();
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadHashesAsync(TilePath path, CancellationToken cancellationToken)
    {
        // A partial tile of an earlier size is the beginning of what is there now.
        if (tree.Tile(path.Level, path.Index) is { } tile)
        {
            return tile.ToBytes(path.Width);
        }

        return (await ReadFullTileAsync(path.Level, path.Index, cancellationToken))[..(path.Width * Sha256Digest.Size)];
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadFullTileAsync(int level, long index, CancellationToken cancellationToken)
    {
        var tiles = await store.ReadTilesAsync(log.Id, level, index, 1, cancellationToken);
        return tiles is [{ Hashes.Length: Limits.TileWidth * Sha256Digest.Size } tile]
            ? tile.Hashes
            : throw new InvalidDataException($"Tile {new TilePath(level, index, Limits.TileWidth)} of the {log.Id} log is missing or damaged. Run fsck.");
    }

    /// <summary>
    /// The nodes that proofs about these leaves need: siblings of nodes on the way from a leaf to the root. Two siblings lie in one tile,
    /// so these are the tiles on the way, and the right edge, which is in memory.
    /// </summary>
    private async ValueTask<SubtreeHash> NodesAsync(long[] leaves, CancellationToken cancellationToken)
    {
        var read = new Dictionary<(int Level, long Index), ReadOnlyMemory<byte>>();
        foreach (var leaf in leaves.Where(leaf => leaf >= 0 && leaf < head.Size))
        {
            for (var level = 0; HashTile.Elements(level, head.Size) > 0; level++)
            {
                var index = (leaf >> (level * HashTile.Height)) / Limits.TileWidth;
                if (tree.Tile(level, index) is null && !read.ContainsKey((level, index)))
                {
                    read.Add((level, index), await ReadFullTileAsync(level, index, cancellationToken));
                }
            }
        }

        return (level, index) =>
        {
            if (tree.TryNode(level, index, out var node))
            {
                return node;
            }

            var (tileLevel, height) = (level / HashTile.Height, level % HashTile.Height);
            var first = index << height;
            return HashTile.Subtree(read[(tileLevel, first / Limits.TileWidth)].Span, (int)(first % Limits.TileWidth), 1 << height);
        };
    }
}
