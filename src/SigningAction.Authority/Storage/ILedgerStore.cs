using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Storage;

/// <summary>
/// The one durable state of the authority. The contract, for every implementation:
/// <list type="bullet">
/// <item><see cref="CommitAsync"/> is the only way in for leaves, and all of a batch is one transaction: durable on the medium when it returns, or an exception.</item>
/// <item><see cref="HeadsMovedException"/> and <see cref="SerialTakenException"/> mean that nothing was written. Any other exception of a commit means that its
/// outcome is unknown; nothing may be assumed, written or acknowledged until <see cref="ReopenAsync"/> has returned and the heads were read again.</item>
/// <item>One caller at a time commits, finds keys and reopens (the sequencer). Everything else may be called concurrently with that and with itself.</item>
/// <item>A read of what is damaged throws <see cref="StoreRefusedException"/> (<see cref="StoreRefusedException.IsDamaged"/>),
/// one that the medium refuses <see cref="IOException"/>.</item>
/// <item>Reads see committed batches whole. They may be ahead of what the caller knows, never behind a commit that returned.</item>
/// <item>Leaves and tiles are never changed or deleted once written.</item>
/// </list>
/// </summary>
public interface ILedgerStore : IAsyncDisposable
{
    /// <summary>Adds a log, durably.</summary>
    /// <exception cref="StoreRefusedException">It is there already.</exception>
    ValueTask CreateLogAsync(StoredHead head, CancellationToken cancellationToken);

    /// <summary>The head of every log, in the order of their numbers.</summary>
    ValueTask<IReadOnlyList<StoredHead>> ReadHeadsAsync(CancellationToken cancellationToken);

    /// <summary>Compares every <see cref="LogAppend.Before"/> with the stored head, writes the batch and makes it durable: all of it or nothing.</summary>
    /// <exception cref="HeadsMovedException">A head is another one; nothing was written.</exception>
    /// <exception cref="SerialTakenException">A certificate's serial number is stored already, or twice in the batch; nothing was written.</exception>
    ValueTask CommitAsync(IReadOnlyList<LogAppend> batch, CancellationToken cancellationToken);

    /// <summary>The leaves of <paramref name="log"/> that are stored under one of <paramref name="keys"/>; the caller compares their bytes.</summary>
    ValueTask<IReadOnlyDictionary<Sha256Digest, StoredLeaf>> FindLeavesAsync(LogId log, IReadOnlyCollection<Sha256Digest> keys, CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="count"/> leaves from <paramref name="first"/>, in order; fewer where the log ends or a leaf is missing.</summary>
    ValueTask<IReadOnlyList<StoredLeaf>> ReadLeavesAsync(LogId log, long first, int count, CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="count"/> full tiles of one level from <paramref name="first"/>, in order; fewer where they end or one is missing.</summary>
    ValueTask<IReadOnlyList<StoredTile>> ReadTilesAsync(LogId log, int level, long first, int count, CancellationToken cancellationToken);

    /// <summary>The rows of <paramref name="count"/> leaves from <paramref name="first"/>, in order of their leaves.</summary>
    ValueTask<IReadOnlyList<LedgerRow>> ReadRowsAsync(LogId log, long first, int count, CancellationToken cancellationToken);

    /// <summary>Counts everything of a log, in one consistent view. Reads whole indexes: for fsck.</summary>
    ValueTask<StoredCounts> CountAsync(LogId log, CancellationToken cancellationToken);

    /// <summary>The newest <paramref name="count"/> entries of <paramref name="log"/> about an artifact.</summary>
    /// <param name="log">A signature log.</param>
    /// <param name="digest">Hash of what was signed.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<IReadOnlyList<EntryRow>> FindEntriesAsync(LogId log, ReadOnlyMemory<byte> digest, int count, CancellationToken cancellationToken);

    /// <summary>The certificate with this serial number (lowercase hexadecimal), or null.</summary>
    ValueTask<InventoryRow?> FindCertificateAsync(string serial, CancellationToken cancellationToken);

    /// <summary>Work that may wait until everybody was answered, for example a checkpoint of the write-ahead log. Called by the sequencer between commits.</summary>
    ValueTask MaintainAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Drops every connection and cached page, opens again, and proves that what can be read now is durable and that writing works.
    /// Until it returns normally the store is read-only at best.
    /// </summary>
    ValueTask ReopenAsync(CancellationToken cancellationToken);

    /// <summary>What the database itself finds wrong in its own pages; empty when nothing. Reads everything.</summary>
    ValueTask<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken);
}
