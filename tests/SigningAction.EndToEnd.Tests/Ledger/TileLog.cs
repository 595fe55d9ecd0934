using System.Net.Http.Headers;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.EndToEnd.Tests.Ledger;

/// <summary>Reads a log by its public tiles alone, as a monitor does, and believes nothing that it cannot derive from the leaves.</summary>
internal sealed class TileLog(HttpClient http, string prefix, NoteKey key)
{
    /// <summary>The checkpoint, signed by the log's key.</summary>
    public async Task<Checkpoint> CheckpointAsync()
    {
        var note = SignedNote.Parse(await http.GetStringAsync($"{prefix}/checkpoint"));
        Assert.True(note.IsSignedBy(key), "the checkpoint is not signed by the log");
        return Checkpoint.ParseText(note.Text);
    }

    /// <summary>Every leaf below a size, proven: entry bundles, hash tiles and root are derived from each other.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> LeavesAsync(Checkpoint checkpoint)
    {
        var leaves = new List<ReadOnlyMemory<byte>>();
        foreach (var tile in TilePath.Changed(TilePath.Entries, 0, checkpoint.Size))
        {
            leaves.AddRange(EntryBundle.Parse(await http.GetByteArrayAsync($"{prefix}/tile/{tile}")));
        }

        Assert.Equal(checkpoint.Size, leaves.Count);
        var hashes = leaves.Select(leaf => MerkleTree.LeafHash(leaf.Span)).ToList();
        for (var level = 0; HashTile.Elements(level, checkpoint.Size) > 0; level++)
        {
            foreach (var tile in TilePath.Changed(level, 0, HashTile.Elements(level, checkpoint.Size)))
            {
                var expected = hashes.Skip((int)tile.Index * Limits.TileWidth).Take(tile.Width).SelectMany(hash => hash.ToArray());
                Assert.Equal(expected, await http.GetByteArrayAsync($"{prefix}/tile/{tile}"));
            }

            // The next level: one hash over every full tile.
            hashes = [.. hashes.Chunk(Limits.TileWidth).Where(chunk => chunk.Length == Limits.TileWidth)
                .Select(chunk => HashTile.Subtree(chunk.SelectMany(hash => hash.ToArray()).ToArray(), 0, Limits.TileWidth))];
        }

        Assert.Equal(checkpoint.Root, Root(leaves, checkpoint.Size));
        return leaves;
    }

    /// <summary>The root of the first leaves.</summary>
    public static Sha256Digest Root(IReadOnlyList<ReadOnlyMemory<byte>> leaves, long size)
    {
        var hashes = leaves.Take((int)size).Select(leaf => MerkleTree.LeafHash(leaf.Span)).ToList();
        var levels = new List<List<Sha256Digest>> { hashes };
        while (levels[^1].Count > 1)
        {
            var below = levels[^1];
            levels.Add([.. Enumerable.Range(0, below.Count / 2).Select(i => MerkleTree.NodeHash(below[2 * i], below[(2 * i) + 1]))]);
        }

        return MerkleProof.Root(size, (level, index) => levels[level][(int)index]);
    }
}
