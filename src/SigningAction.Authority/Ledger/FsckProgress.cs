namespace SigningAction.Authority.Ledger;

/// <summary>How far a check is.</summary>
/// <param name="Log">Origin of the log that is read.</param>
/// <param name="Leaves">Leaves of it that were verified.</param>
/// <param name="Of">Leaves of it in all.</param>
public readonly record struct FsckProgress(string Log, long Leaves, long Of);
