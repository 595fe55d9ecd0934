using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// The public face of one log: its checkpoint, its tiles and proofs. It shows only what a published checkpoint covers. Safe for concurrent use, and works
/// while the ledger is not ready.
/// </summary>
public sealed class LogReader
{
    private readonly Func<LogSnapshot> _current;

    internal LogReader(Func<LogSnapshot> current) => _current = current;

    /// <summary>Size, root, checkpoint (the signed note) and time of the newest published head.</summary>
    public StoredHead Head => _current().Head;

    /// <summary>The newest published checkpoint: the signed note.</summary>
    public string Checkpoint => Head.Checkpoint;

    /// <summary>A tile: hashes, or the leaves themselves under the log's pseudo-level. Partial tiles at every width up to the current one.</summary>
    /// <returns>Null where the log has no such tile.</returns>
    public ValueTask<ReadOnlyMemory<byte>?> ReadTileAsync(TilePath path, CancellationToken cancellationToken = default) =>
        _current().ReadTileAsync(path, cancellationToken);

    /// <summary>The proof that leaf <paramref name="index"/> is in the tree of <paramref name="size"/> leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No published tree has these.</exception>
    public ValueTask<IReadOnlyList<Sha256Digest>> ProveInclusionAsync(long index, long size, CancellationToken cancellationToken = default)
    {
        var snapshot = _current();
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, snapshot.Head.Size);
        return snapshot.ProveInclusionAsync(index, size, cancellationToken);
    }

    /// <summary>The proof that the tree of <paramref name="size1"/> leaves is a prefix of the tree of <paramref name="size2"/> leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No published tree has these sizes, or the first is empty.</exception>
    public ValueTask<IReadOnlyList<Sha256Digest>> ProveConsistencyAsync(long size1, long size2, CancellationToken cancellationToken = default)
    {
        var snapshot = _current();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size1, size2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size2, snapshot.Head.Size);
        return snapshot.ProveConsistencyAsync(size1, size2, cancellationToken);
    }
}
