using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Output;

/// <summary>
/// Tells the verdicts. Text of other people reaches a report as it was signed; making it fit for where it goes is the report's own work.
/// Called by one thread.
/// </summary>
internal interface IReport
{
    /// <summary>One target is done. Targets come in the order in which they were asked for.</summary>
    void Add(TargetVerdict verdict);

    /// <summary>All are done, or the run ended before the first: then <see cref="RunSummary.Problem"/> says why.</summary>
    void Finish(RunSummary summary);
}
