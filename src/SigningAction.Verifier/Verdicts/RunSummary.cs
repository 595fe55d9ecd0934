using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Verdicts;

/// <summary>How a run ended.</summary>
/// <param name="Verified">Targets that are verified.</param>
/// <param name="Refused">Targets whose evidence is bad, missing, or not of the signer that was asked for.</param>
/// <param name="NotChecked">Targets about which nothing is known.</param>
/// <param name="Problem">What ended the run before any target was looked at, for example a usage error; the counts are zero then.</param>
/// <param name="Asked">The targets as they were given on the command line.</param>
internal sealed record RunSummary(int Verified, int Refused, int NotChecked, Problem? Problem, IReadOnlyList<string> Asked)
{
    /// <summary>Runs; what ends the run before any target is its summary.</summary>
    /// <param name="asked">The targets as they were given.</param>
    /// <param name="run">May throw <see cref="EvidenceException"/> and <see cref="ProblemException"/>.</param>
    public static RunSummary Of(IReadOnlyList<string> asked, Func<RunSummary> run)
    {
        try
        {
            return run();
        }
        catch (EvidenceException e)
        {
            return new RunSummary(0, 0, 0, SigningAction.Verifier.Problem.Of(e.Failure), asked);
        }
        catch (ProblemException e)
        {
            return new RunSummary(0, 0, 0, e.Problem, asked);
        }
    }

    /// <summary>
    /// One refusal makes the run a refusal: it is the verdict that somebody must act on. Zero only when there was something and all of it is verified.
    /// </summary>
    public ExitCode Exit =>
        Problem is not null ? Problem.Exit
        : Refused > 0 ? ExitCode.Refused
        : NotChecked > 0 || Verified == 0 ? ExitCode.NotChecked
        : ExitCode.Verified;

    /// <summary>The counts with one more verdict.</summary>
    public RunSummary With(TargetVerdict verdict) => verdict.Problem?.Exit switch
    {
        null => this with { Verified = Verified + 1 },
        ExitCode.Refused => this with { Refused = Refused + 1 },
        _ => this with { NotChecked = NotChecked + 1 },
    };
}
