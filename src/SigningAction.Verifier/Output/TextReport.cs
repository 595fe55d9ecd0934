using System.Globalization;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Output;

/// <summary>
/// For people. A proof goes to standard output, anything else to standard error, each in one write: half a proof is never seen.
/// </summary>
internal sealed class TextReport(TextWriter output, TextWriter error) : IReport
{
    /// <summary>Bundles that are named beside a refusal; an artifact of a busy repository may have hundreds.</summary>
    private const int TriedShown = 20;

    public void Add(TargetVerdict verdict)
    {
        foreach (var note in verdict.Notes)
        {
            error.Write($"Note: {PrintableText.Neutralise(note)}\n");
        }

        if (verdict.Problem is { } problem)
        {
            NotVerified(verdict.Target, problem, verdict.Trials);
            return;
        }

        foreach (var trial in verdict.Trials)
        {
            if (trial.Verified is { } proof)
            {
                output.Write(ProofText.Of(verdict.Target, proof, verdict.Trust));
            }
        }
    }

    public void Finish(RunSummary summary)
    {
        if (summary.Problem is { } problem)
        {
            NotVerified(string.Join(' ', summary.Asked), problem, []);
        }
        else if (summary.Verified + summary.Refused + summary.NotChecked > 1)
        {
            (summary.Exit == ExitCode.Verified ? output : error).Write(string.Create(
                CultureInfo.InvariantCulture, $"{summary.Verified} verified, {summary.Refused} refused, {summary.NotChecked} not checked\n"));
        }
    }

    private void NotVerified(string target, Problem problem, IReadOnlyList<Trial> trials)
    {
        var tried = trials.Count < 2 ? string.Empty : string.Concat(trials.Take(TriedShown).Select(trial =>
            $"  Tried: {PrintableText.Neutralise(trial.Origin)}: {trial.Problem?.Code ?? "verified"}\n"));
        error.Write($"""
            {Verdict(problem.Exit)}: {PrintableText.Neutralise(target)}
              {problem.Fault}
              {problem.Remedy}
            {tried}  Reason: {problem.Code}

            """);
    }

    private static string Verdict(ExitCode exit) => exit switch
    {
        ExitCode.Usage => "Usage error",
        ExitCode.NotChecked => "Not checked",
        _ => "REFUSED",
    };
}
