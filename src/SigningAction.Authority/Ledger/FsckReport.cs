namespace SigningAction.Authority.Ledger;

/// <summary>What fsck found.</summary>
/// <param name="Findings">Differences, in the order of the logs; empty when everything is right.</param>
/// <param name="Leaves">Leaves of all logs.</param>
/// <param name="Read">How many of them were read: all, or those since the last clean check.</param>
/// <param name="Verified">How far each log is verified; to be recorded only when nothing was found.</param>
public sealed record FsckReport(IReadOnlyList<FsckFinding> Findings, long Leaves, long Read, IReadOnlyList<FsckMark> Verified)
{
    /// <summary>0 when everything is right, 1 when something differs.</summary>
    public int ExitCode => Findings.Count == 0 ? 0 : 1;
}
