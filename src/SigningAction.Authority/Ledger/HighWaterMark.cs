using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Ledger;

/// <summary>What was published of one log at last: no database that has less, or other leaves, may be continued.</summary>
/// <param name="Log">Which log.</param>
/// <param name="Size">Leaves.</param>
/// <param name="Root">Root of the tree of these leaves.</param>
public readonly record struct HighWaterMark(LogId Log, long Size, Sha256Digest Root)
{
    /// <summary>The marks of logs that are about to be published.</summary>
    internal static IReadOnlyList<HighWaterMark> Of(IEnumerable<LogSnapshot> logs) =>
        [.. logs.Select(log => log.Mark).OrderBy(mark => mark.Log.Number)];
}
