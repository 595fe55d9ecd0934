using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Storage;

/// <summary>Where a log stands: the row that every commit compares before it writes.</summary>
/// <param name="Log">Which log.</param>
/// <param name="Size">Leaves.</param>
/// <param name="Root">Root of the tree of these leaves.</param>
/// <param name="Checkpoint">The signed note that says so.</param>
/// <param name="Time">When it was signed; never earlier than the head before.</param>
public sealed record StoredHead(LogId Log, long Size, Sha256Digest Root, string Checkpoint, DateTimeOffset Time);
