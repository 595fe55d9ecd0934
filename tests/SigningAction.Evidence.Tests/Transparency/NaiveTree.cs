using System.Globalization;
using System.Text;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Evidence.Tests.Transparency;

/// <summary>All levels of a Merkle tree in memory, built the slow and obvious way.</summary>
internal sealed class NaiveTree
{
    private readonly List<List<Sha256Digest>> _levels = [];

    public NaiveTree(int size)
    {
        _levels.Add([.. Enumerable.Range(0, size).Select(i => MerkleTree.LeafHash(System.Text.Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture))))]);
        while (_levels[^1].Count > 1)
        {
            var below = _levels[^1];
            _levels.Add([.. Enumerable.Range(0, below.Count / 2).Select(i => MerkleTree.NodeHash(below[2 * i], below[(2 * i) + 1]))]);
        }
    }

    public Sha256Digest Leaf(int index) => _levels[0][index];

    public Sha256Digest Subtree(int level, long index) => _levels[level][(int)index];

    public ReadOnlyMemory<byte> Tile(TilePath path) =>
        Enumerable.Range(0, path.Width).SelectMany(i => Subtree(path.Level * HashTile.Height, (path.Index * Limits.TileWidth) + i).ToArray()).ToArray();
}
