using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// A unit of work: leaves in one or more logs that are committed together or not at all, made when their indexes are known.
/// </summary>
/// <typeparam name="T">What its caller wants to have.</typeparam>
/// <param name="Logs">The logs that get one leaf each; no log twice.</param>
/// <param name="Prepare">
/// Makes the leaves. It runs beside that of other work and may run again with other indexes, until one draft is committed: it must do nothing outside itself.
/// What it throws fails this work alone, takes no index, and comes out of the submission.
/// </param>
public sealed record LedgerWork<T>(IReadOnlyList<LogId> Logs, Func<LeafSlots, LedgerDraft<T>> Prepare);
