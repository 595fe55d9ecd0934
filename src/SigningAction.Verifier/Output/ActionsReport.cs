using System.Globalization;
using System.Text;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Output;

/// <summary>
/// In a step of GitHub Actions: an annotation for each target that is not verified, and a table in the step's summary. Annotations go to standard error, which the runner
/// reads too: standard output stays the report. Neither can change the verdict; a summary that cannot be written is told.
/// </summary>
internal sealed class ActionsReport(IReport report, TextWriter error, string? summaryPath) : IReport
{
    /// <summary>Rows of the table: a summary of over 1 MiB is not shown at all (GitHub's documentation), and a row has up to 1.5 KiB.</summary>
    private const int MostRows = 500;

    /// <summary>Annotations of one step: GitHub shows ten of a kind.</summary>
    private const int MostAnnotations = 10;

    private readonly StringBuilder _rows = new();
    private int _count;
    private int _annotations;

    public void Add(TargetVerdict verdict)
    {
        report.Add(verdict);
        if (verdict.Problem is { } problem)
        {
            Annotate(verdict.Target, problem);
        }

        if (_count++ < MostRows)
        {
            Row(verdict);
        }
    }

    public void Finish(RunSummary summary)
    {
        report.Finish(summary);
        if (summary.Problem is { } problem)
        {
            Annotate(null, problem);
        }

        if (!string.IsNullOrEmpty(summaryPath))
        {
            Write(summaryPath, summary);
        }
    }

    private void Annotate(string? file, Problem problem)
    {
        if (_annotations++ < MostAnnotations)
        {
            var place = file is null ? string.Empty : $"file={Property(PrintableText.Neutralise(file))},";
            error.WriteLine($"::error {place}title={Property(problem.Code)}::{Data($"{problem.Fault} {problem.Remedy}")}");
        }
    }

    private void Row(TargetVerdict verdict)
    {
        var signer = verdict.Problem is null ? verdict.Trials.First(trial => trial.Verified is not null).Verified!.Identity : null;
        _ = _rows.Append(CultureInfo.InvariantCulture, $"| {Cell(verdict.Target)} | {(verdict.Problem is { } problem ? Outcome(problem) : "verified")} | {Signer(signer)} |\n");
    }

    private static string Outcome(Problem problem) => $"**{(problem.Exit == ExitCode.Refused ? "refused" : "not checked")}**: {problem.Code}<br>{Cell(problem.Fault)}";

    private static string Signer(PipelineIdentity? signer) => signer is null ? string.Empty
        : $"{Cell(PrintableText.Exact(signer.SignerUri))}{(signer.SourceDigest is null ? string.Empty : $"<br>commit {Cell(PrintableText.Exact(signer.SourceDigest))}")}";

    private void Write(string path, RunSummary summary)
    {
        var text = new StringBuilder("## Signature verification\n\n");
        _ = text.Append(CultureInfo.InvariantCulture, $"{summary.Verified} verified, {summary.Refused} refused, {summary.NotChecked} not checked\n\n");
        if (summary.Problem is { } problem)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"{Outcome(problem)}\n\n");
        }

        if (_count > 0)
        {
            _ = text.Append("| Artifact | Verdict | Signer |\n|---|---|---|\n").Append(_rows);
        }

        if (_count > MostRows)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"\n{_count - MostRows} more artifacts are in the report itself.\n");
        }

        try
        {
            File.AppendAllText(path, text.Append('\n').ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error.WriteLine("signing-verifier: The step summary could not be written; the verdict stands.");
        }
    }

    /// <summary>A cell of Markdown: every character that means something there, or that makes a link of text (<c>:</c>, <c>@</c>, <c>.</c>), is a reference.</summary>
    private static string Cell(string text)
    {
        var cell = new StringBuilder(text.Length);
        foreach (var c in PrintableText.Neutralise(text))
        {
            _ = char.IsAsciiLetterOrDigit(c) || c is ' ' or '/' or ',' or '-' || !char.IsAscii(c)
                ? cell.Append(c)
                : cell.Append(CultureInfo.InvariantCulture, $"&#{(int)c};");
        }

        return cell.ToString();
    }

    /// <summary>The runner's own escapes (actions/toolkit, <c>command.ts</c>).</summary>
    private static string Data(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
