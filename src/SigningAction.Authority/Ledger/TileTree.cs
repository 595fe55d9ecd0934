using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// The right edge of a log's tree: at each level the tile that is being filled, and the tiles that the last append filled. That is all that roots, tiles and
/// proofs of new leaves need, whatever the size of the log. Never changes: appending gives a new tree, so a commit that fails leaves nothing to undo.
/// </summary>
internal sealed class TileTree
{
    private readonly List<EdgeTile> _edge;
    private readonly Dictionary<(int Level, long Index), EdgeTile> _filled;

    private TileTree(long size, List<EdgeTile> edge, Dictionary<(int Level, long Index), EdgeTile> filled)
    {
        Size = size;
        _edge = edge;
        _filled = filled;
        Root = MerkleProof.Root(size, (level, index) => TryNode(level, index, out var node) ? node : throw new InvalidOperationException("The edge of a tree holds its root's nodes."));
    }

    /// <summary>The tree of no leaves.</summary>
    public static TileTree Empty { get; } = new(0, [], []);

    public long Size { get; }

    public Sha256Digest Root { get; }

    /// <summary>The tiles that the append filled which made this tree.</summary>
    public IEnumerable<StoredTile> Filled => _filled.Values.Select(tile => new StoredTile(tile.Level, tile.Index, tile.ToBytes(Limits.TileWidth)));

    /// <summary>Builds the tree of a stored log from the elements of its partial tiles.</summary>
    /// <param name="size">Leaves.</param>
    /// <param name="elements">A level an item: the elements behind the last full tile of that level.</param>
    public static TileTree Restore(long size, IReadOnlyList<IReadOnlyList<Sha256Digest>> elements)
    {
        var edge = new List<EdgeTile>();
        for (var level = 0; level < elements.Count; level++)
        {
            var tile = new EdgeTile(level, HashTile.Elements(level, size) / Limits.TileWidth);
            foreach (var element in elements[level])
            {
                tile.Add(element);
            }

            edge.Add(tile);
        }

        return new TileTree(size, edge, []);
    }

    /// <summary>The tree with more leaves.</summary>
    public TileTree Append(IReadOnlyList<Sha256Digest> leafHashes)
    {
        // Tiles are copied when first touched: this tree may be read while the new one is made.
        var (edge, filled, touched) = (new List<EdgeTile>(_edge), new Dictionary<(int, long), EdgeTile>(), 0);
        foreach (var leaf in leafHashes)
        {
            var element = leaf;
            for (var level = 0; ; level++)
            {
                if (level == edge.Count)
                {
                    edge.Add(new EdgeTile(level, 0));
                    touched = level + 1;
                }
                else if (level >= touched)
                {
                    edge[level] = edge[level].Copy();
                    touched = level + 1;
                }

                var tile = edge[level];
                tile.Add(element);
                if (!tile.IsFull)
                {
                    break;
                }

                filled.Add((level, tile.Index), tile);
                edge[level] = new EdgeTile(level, tile.Index + 1);
                element = tile.Root;
            }
        }

        return new TileTree(Size + leafHashes.Count, edge, filled);
    }

    /// <summary>The tile that is in memory, whole or in part; null when the store has it.</summary>
    public EdgeTile? Tile(int level, long index) =>
        level < _edge.Count && _edge[level].Index == index ? _edge[level] : _filled.GetValueOrDefault((level, index));

    /// <summary>The hash of the complete subtree of 2^level leaves, where it is in memory.</summary>
    public bool TryNode(int level, long index, out Sha256Digest node)
    {
        var (tileLevel, height) = (level / HashTile.Height, level % HashTile.Height);
        var first = index << height;
        node = default;
        return Tile(tileLevel, first / Limits.TileWidth)?.TryNode(height, (int)(first % Limits.TileWidth), out node) ?? false;
    }
}
