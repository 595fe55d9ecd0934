namespace SigningAction.Authority.Ledger;

/// <summary>What fsck found.</summary>
/// <param name="Findings">Differences, in the order of the logs; empty when everything is right.</param>
/// <param name="Leaves">Leaves that were read.</param>
public sealed record FsckReport(IReadOnlyList<FsckFinding> Findings, long Leaves)
{
    /// <summary>0 when everything is right, 1 when something differs.</summary>
    public int ExitCode => Findings.Count == 0 ? 0 : 1;
}
