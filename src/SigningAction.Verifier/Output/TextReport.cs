using System.Globalization;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Output;

/// <summary>
/// For people. A proof goes to standard output, anything else to standard error, each in one write: half a proof is never seen.
/// One artifact's proof is told whole, many have a line each.
/// </summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="verbose">Whether proofs are told whole, however many there are.</param>
internal sealed class TextReport(TextWriter output, TextWriter error, bool verbose = false) : IReport
{
    /// <summary>Bundles that are named beside a refusal; an artifact of a busy repository may have hundreds.</summary>
    private const int TriedShown = 20;

    /// <summary>Whether it is the only one shows with the next.</summary>
    private TargetVerdict? _first;

    private int _count;

    public void Add(TargetVerdict verdict)
    {
        TellFirst(verbose);
        foreach (var note in verdict.Notes)
        {
            error.Write($"Note: {PrintableText.Neutralise(note)}\n");
        }

        if (verdict.Problem is { } problem)
        {
            _count++;
            NotVerified(verdict.Target, problem, verdict.Trials);
            return;
        }

        if (_count++ == 0)
        {
            _first = verdict;
            return;
        }

        Verified(verdict, verbose);
    }

    public void Finish(RunSummary summary)
    {
        TellFirst(whole: true);
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

    private void TellFirst(bool whole)
    {
        if (_first is { } first)
        {
            _first = null;
            Verified(first, whole);
        }
    }

    private void Verified(TargetVerdict verdict, bool whole) => output.Write(whole ? string.Concat(ProofText.Of(verdict)) : ProofText.Short(verdict));

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
