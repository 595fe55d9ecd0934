using SigningAction.Authority.Storage;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// The public face of one log: its checkpoint and its tiles, from which anybody makes proofs. It shows only what a published checkpoint covers. Safe for concurrent use, and works
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
}
