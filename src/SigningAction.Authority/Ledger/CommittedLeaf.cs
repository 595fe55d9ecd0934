using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Ledger;

/// <summary>A leaf that is durable, and the checkpoint that covers it.</summary>
public sealed class CommittedLeaf
{
    private readonly LogSnapshot _snapshot;
    private readonly Sha256Digest _hash;

    internal CommittedLeaf(LogSnapshot snapshot, long index, Sha256Digest hash) => (_snapshot, Index, _hash) = (snapshot, index, hash);

    /// <summary>Its log.</summary>
    public LogId Log => _snapshot.Log.Id;

    /// <summary>Its position.</summary>
    public long Index { get; }

    /// <summary>The proof against the checkpoint that the commit published, verified.</summary>
    public ValueTask<LogProof> ProveAsync(CancellationToken cancellationToken = default) => _snapshot.ProveAsync(Index, _hash, cancellationToken);
}
