using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// Finds the tile where a log's right edge does not lead to its signed root, so that whoever is told knows what to look at. Reads what the tiles of the edge were made
/// of: at most 255 times 256 leaves, and as many tiles a level, and only when something is wrong already.
/// </summary>
internal sealed class EdgeDamage(ILedgerStore store, LogDefinition log, long size)
{
    /// <summary>Where it is, as the rest of a sentence.</summary>
    public async ValueTask<string> LocateAsync(CancellationToken cancellationToken)
    {
        for (var level = 0; HashTile.Elements(level + 1, size) is > 0 and var end; level++)
        {
            for (var index = end / Limits.TileWidth * Limits.TileWidth; index < end; index++)
            {
                if (!await AgreesAsync(level, index, cancellationToken))
                {
                    var leaves = 1L << ((level + 1) * HashTile.Height);
                    return $"tile {new TilePath(level, index, Limits.TileWidth)} and {(level == 0 ? "its leaves" : $"the tiles of level {level - 1} over its leaves")}, "
                        + $"{index * leaves} to {((index + 1) * leaves) - 1}, do not agree, so they do not lead to the signed root";
                }
            }
        }

        return size % Limits.TileWidth == 0
            ? "its leaves and tiles agree with each other and do not lead to the signed root"
            : $"its newest leaves, {TileOf(log, size - 1, size)}, do not lead to the signed root";
    }

    /// <summary>The name of the tile that holds a leaf, and its range.</summary>
    public static string TileOf(LogDefinition log, long leaf, long size)
    {
        var first = leaf / Limits.TileWidth * Limits.TileWidth;
        var width = (int)Math.Min(Limits.TileWidth, size - first);
        return $"tile {new TilePath(log.Format.TileLevel, leaf / Limits.TileWidth, width)} (leaves {first} to {first + width - 1})";
    }

    /// <summary>Whether a full tile is what is stored below it.</summary>
    private async ValueTask<bool> AgreesAsync(int level, long index, CancellationToken cancellationToken)
    {
        var first = index * Limits.TileWidth;
        List<Sha256Digest> below = level == 0
            ? [.. (await store.ReadLeavesAsync(log.Id, first, Limits.TileWidth, cancellationToken)).Select(leaf => LedgerLoader.Read(log, leaf, size).Hash)]
            : [.. (await store.ReadTilesAsync(log.Id, level - 1, first, Limits.TileWidth, cancellationToken))
                .Where(tile => tile.Hashes.Length == Limits.TileWidth * Sha256Digest.Size)
                .Select(tile => HashTile.Subtree(tile.Hashes.Span, 0, Limits.TileWidth))];
        return await store.ReadTilesAsync(log.Id, level, index, 1, cancellationToken) is [var stored]
            && stored.Hashes.Span.SequenceEqual(below.SelectMany(hash => hash.ToArray()).ToArray());
    }
}
