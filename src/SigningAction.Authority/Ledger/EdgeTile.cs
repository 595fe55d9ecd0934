using System.Runtime.InteropServices;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// A hash tile with the tree inside it: each of its up to 256 elements, and every node over a complete pair, computed once when the pair is complete.
/// So a proof reads nodes and hashes almost nothing. Filled by one append, then only read.
/// </summary>
internal sealed class EdgeTile
{
    private const int Nodes = (2 * Limits.TileWidth) - 1;

    private readonly Sha256Digest[] _nodes;

    public EdgeTile(int level, long index)
    {
        (Level, Index) = (level, index);
        _nodes = new Sha256Digest[Nodes];
    }

    private EdgeTile(EdgeTile other)
    {
        (Level, Index, Count) = (other.Level, other.Index, other.Count);
        _nodes = [.. other._nodes];
    }

    public int Level { get; }

    public long Index { get; }

    /// <summary>Elements so far.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == Limits.TileWidth;

    /// <summary>The hash over all 256 elements: an element of the level above.</summary>
    public Sha256Digest Root => _nodes[Nodes - 1];

    public EdgeTile Copy() => new(this);

    /// <summary>Appends an element and closes every pair that it completes.</summary>
    public void Add(in Sha256Digest element)
    {
        var (position, level) = (Count, 0);
        _nodes[position] = element;
        Count++;
        while ((position & 1) == 1)
        {
            var right = Offset(level) + position;
            (position, level) = (position >> 1, level + 1);
            _nodes[Offset(level) + position] = MerkleTree.NodeHash(_nodes[right - 1], _nodes[right]);
        }
    }

    /// <summary>The node over 2^<paramref name="height"/> elements that starts at element <paramref name="first"/>, which is a multiple of it; false where not all are there.</summary>
    public bool TryNode(int height, int first, out Sha256Digest node)
    {
        var complete = first + (1 << height) <= Count;
        node = complete ? _nodes[Offset(height) + (first >> height)] : default;
        return complete;
    }

    /// <summary>The first <paramref name="width"/> elements as tlog-tiles serves them.</summary>
    public byte[] ToBytes(int width) => MemoryMarshal.AsBytes(_nodes.AsSpan(0, width)).ToArray();

    /// <summary>Where the nodes of one height begin: 256 elements, then 128 pairs, and so on.</summary>
    private static int Offset(int height) => (2 * Limits.TileWidth) - ((2 * Limits.TileWidth) >> height);
}
