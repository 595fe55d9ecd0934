using SigningAction.Authority.Ledger;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>
/// Checks the whole of a log from what a stranger can fetch: checkpoint, entries and every tile, against a Merkle tree written down as RFC 6962, section 2.1
/// defines it, with nothing of the engine in it.
/// </summary>
internal static class PublicLog
{
    /// <summary>Verifies everything and returns the leaves.</summary>
    public static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> CheckAsync(LogReader reader, NoteKey key, long size)
    {
        var note = SignedNote.Parse(reader.Checkpoint);
        Assert.True(note.IsSignedBy(key));
        var checkpoint = Checkpoint.ParseText(note.Text);
        Assert.Equal(key.Name, checkpoint.Origin);
        Assert.Equal(size, checkpoint.Size);

        var leaves = new List<ReadOnlyMemory<byte>>();
        foreach (var path in TilePath.Changed(TilePath.Entries, 0, size))
        {
            leaves.AddRange(EntryBundle.Parse(await RequireAsync(reader, path)));
        }

        Assert.Equal(size, leaves.Count);
        List<Sha256Digest> hashes = [.. leaves.Select(leaf => MerkleTree.LeafHash(leaf.Span))];
        Assert.Equal(checkpoint.Root, Root(hashes, 0, hashes.Count));
        await CheckTilesAsync(reader, hashes);
        return leaves;
    }

    /// <summary>MTH of RFC 6962, section 2.1.</summary>
    public static Sha256Digest Root(List<Sha256Digest> leaves, int start, int count)
    {
        if (count <= 1)
        {
            return count == 0 ? Sha256Digest.Of([]) : leaves[start];
        }

        var split = 1;
        while (split * 2 < count)
        {
            split *= 2;
        }

        return MerkleTree.NodeHash(Root(leaves, start, split), Root(leaves, start + split, count - split));
    }

    private static async Task CheckTilesAsync(LogReader reader, List<Sha256Digest> hashes)
    {
        var elements = hashes;
        for (var level = 0; elements.Count > 0; level++)
        {
            foreach (var path in TilePath.Changed(level, 0, elements.Count))
            {
                var first = (int)path.Index * Limits.TileWidth;
                byte[] expected = [.. elements.Skip(first).Take(path.Width).SelectMany(hash => hash.ToArray())];
                Assert.Equal(expected, (await RequireAsync(reader, path)).ToArray());

                // Every width up to the current one is the beginning of it.
                foreach (var width in (int[])[1, path.Width / 2, path.Width - 1])
                {
                    if (width > 0)
                    {
                        Assert.Equal(expected[..(width * Sha256Digest.Size)], (await RequireAsync(reader, path with { Width = width })).ToArray());
                    }
                }
            }

            // Nothing beyond the committed size.
            var next = new TilePath(level, elements.Count / Limits.TileWidth, (elements.Count % Limits.TileWidth) + 1);
            Assert.Null(await reader.ReadTileAsync(next));
            var above = new List<Sha256Digest>();
            for (var i = 0; i + Limits.TileWidth <= elements.Count; i += Limits.TileWidth)
            {
                above.Add(Root(elements, i, Limits.TileWidth));
            }

            elements = above;
        }
    }

    private static async Task<ReadOnlyMemory<byte>> RequireAsync(LogReader reader, TilePath path)
    {
        var tile = await reader.ReadTileAsync(path);
        Assert.True(tile is not null, $"Tile {path} is missing.");
        return tile.Value;
    }
}
