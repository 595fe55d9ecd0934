using System.Numerics;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Transparency;

/// <summary>
/// Hash tiles (C2SP tlog-tiles): element i of tile n at level l is the hash of the complete subtree of 256^l leaves number n·256+i.
/// Whoever reads tiles of another party must prove against a verified checkpoint: a tile by itself says nothing.
/// </summary>
public static class HashTile
{
    /// <summary>Binary tree levels that one tile level spans.</summary>
    public const int Height = 8;

    /// <summary>How many elements tile level <paramref name="level"/> has in a log of <paramref name="size"/> leaves.</summary>
    public static long Elements(int level, long size) => level * Height > 62 ? 0 : size >> (level * Height);

    /// <summary>Turns tiles into the subtree hashes that <see cref="MerkleProof"/> asks for, for a log of <paramref name="size"/> leaves.</summary>
    /// <param name="size">Leaves of the log; partial tiles are asked for at the width that this size gives.</param>
    /// <param name="read">Returns a tile's bytes, 32 a hash.</param>
    public static SubtreeHash Reader(long size, Func<TilePath, ReadOnlyMemory<byte>> read) => (level, index) =>
    {
        var (tileLevel, inside) = (level / Height, level % Height);
        var first = index << inside;
        var tile = first / Limits.TileWidth;
        var width = (int)Math.Min(Limits.TileWidth, Elements(tileLevel, size) - (tile * Limits.TileWidth));
        var hashes = read(new TilePath(tileLevel, tile, width)).Span;
        return Subtree(hashes, (int)(first % Limits.TileWidth), 1 << inside);
    };

    /// <summary>The hash over <paramref name="count"/> (a power of two) neighbouring elements of a tile.</summary>
    public static Sha256Digest Subtree(ReadOnlySpan<byte> tile, int first, int count)
    {
        if (!BitOperations.IsPow2(count))
        {
            throw new ArgumentException("A subtree inside a tile has a power of two of elements.", nameof(count));
        }

        return count == 1
            ? Sha256Digest.From(tile.Slice(first * Sha256Digest.Size, Sha256Digest.Size))
            : MerkleTree.NodeHash(Subtree(tile, first, count / 2), Subtree(tile, first + (count / 2), count / 2));
    }
}
