using System.Text;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Probe;

/// <summary>The read side of one log, as a monitor uses it: nothing is taken that its signed checkpoint does not prove.</summary>
/// <param name="client">The base URL that the trusted root has for the log.</param>
/// <param name="prefix">Prefix of the log's routes below it.</param>
/// <param name="key">Key of its checkpoints; its name is the origin.</param>
public sealed class ProbeLog(ProbeClient client, string prefix, NoteKey key)
{
    /// <summary>Name of the log.</summary>
    public string Origin => key.Name;

    /// <summary>The newest checkpoint: its note, and what it says.</summary>
    public async Task<(string Note, Checkpoint Checkpoint)> CheckpointAsync(CancellationToken cancellation)
    {
        var note = Encoding.UTF8.GetString((await client.GetAsync($"{prefix}/checkpoint", cancellation)).Require(StatusCodes.Status200OK).Body.Span);
        return (note, Verify(note));
    }

    /// <summary>What a checkpoint says, when the log signed it.</summary>
    public Checkpoint Verify(string note)
    {
        var parsed = SignedNote.Parse(note);
        var checkpoint = Checkpoint.ParseText(parsed.Text);
        return parsed.IsSignedBy(key) && checkpoint.Origin == key.Name
            ? checkpoint
            : throw ProbeException.Wrong($"The checkpoint is not that of {key.Name}, signed by its key.");
    }

    /// <summary>Proves with the log's own tiles that it only grew.</summary>
    /// <exception cref="ProbeException">It did not: two views of one log.</exception>
    public async Task RequireGrowthAsync(Checkpoint before, Checkpoint now, CancellationToken cancellation)
    {
        var (older, newer) = before.Size <= now.Size ? (before, now) : (now, before);
        var isOne = older.Size == newer.Size
            ? older.Root == newer.Root
            : older.Size == 0 || MerkleProof.VerifyConsistency(
                older.Size, newer.Size, older.Root, newer.Root,
                await WithTilesAsync(newer.Size, subtree => MerkleProof.Consistency(older.Size, newer.Size, subtree), cancellation));
        if (!isOne)
        {
            throw ProbeException.Wrong(
                $"The log of {key.Name} shows two histories: {older.Size} leaves with root {older.Root} do not lead to {newer.Size} leaves with root {newer.Root}.");
        }
    }

    /// <summary>Proves with the log's own tiles that a leaf is in it.</summary>
    /// <exception cref="ProbeException">It is not.</exception>
    public async Task RequireLeafAsync(long index, Sha256Digest leaf, Checkpoint checkpoint, CancellationToken cancellation)
    {
        if (index >= checkpoint.Size || !MerkleProof.VerifyInclusion(
            index, checkpoint.Size, leaf,
            await WithTilesAsync(checkpoint.Size, subtree => MerkleProof.Inclusion(index, checkpoint.Size, subtree), cancellation),
            checkpoint.Root))
        {
            throw ProbeException.Wrong($"Leaf {index} of the log of {key.Name} is not what was acknowledged.");
        }
    }

    /// <summary>The tile of leaves that holds one, at the width that a checkpoint gives it.</summary>
    public async Task<ReadOnlyMemory<byte>> LeafTileAsync(int level, long index, Checkpoint checkpoint, CancellationToken cancellation)
    {
        var tile = index / Limits.TileWidth;
        return await TileAsync(new TilePath(level, tile, (int)Math.Min(Limits.TileWidth, checkpoint.Size - (tile * Limits.TileWidth))), cancellation);
    }

    /// <summary>Which tiles a proof needs does not depend on what is in them: the first pass asks, the second computes.</summary>
    private async Task<IReadOnlyList<Sha256Digest>> WithTilesAsync(
        long size, Func<SubtreeHash, IReadOnlyList<Sha256Digest>> prove, CancellationToken cancellation)
    {
        var tiles = new Dictionary<TilePath, ReadOnlyMemory<byte>>();
        _ = prove(HashTile.Reader(size, path => tiles[path] = new byte[path.Width * Sha256Digest.Size]));
        foreach (var path in tiles.Keys.ToList())
        {
            tiles[path] = await TileAsync(path, cancellation);
            if (tiles[path].Length != path.Width * Sha256Digest.Size)
            {
                throw ProbeException.Wrong($"Tile {path} of the log of {key.Name} is of the wrong length.");
            }
        }

        return prove(HashTile.Reader(size, path => tiles[path]));
    }

    private async Task<ReadOnlyMemory<byte>> TileAsync(TilePath path, CancellationToken cancellation) =>
        (await client.GetAsync($"{prefix}/tile/{path}", cancellation)).Require(StatusCodes.Status200OK).Body;
}
