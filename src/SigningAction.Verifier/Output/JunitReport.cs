using System.Globalization;
using System.Text;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Output;

/// <summary>
/// JUnit's XML for CI systems: a test case for each target. Refused is a failure, not checked an error. Text is neutralised before it is escaped, which leaves nothing
/// that XML 1.0 forbids.
/// </summary>
internal sealed class JunitReport(TextWriter output) : IReport
{
    private readonly StringBuilder _cases = new();
    private int _tests;
    private int _failures;
    private int _errors;

    public void Add(TargetVerdict verdict)
    {
        _tests++;
        _ = _cases.Append(CultureInfo.InvariantCulture, $"    <testcase classname=\"signing-verifier\" name=\"{Escape(verdict.Target)}\">\n");
        if (verdict.Problem is { } problem)
        {
            var element = problem.Exit == ExitCode.Refused ? "failure" : "error";
            _ = problem.Exit == ExitCode.Refused ? _failures++ : _errors++;
            _ = _cases.Append(
                CultureInfo.InvariantCulture,
                $"      <{element} type=\"{problem.Code}\" message=\"{EscapeXml(problem.Fault)}\">{EscapeXml(problem.Remedy)}</{element}>\n");
        }
        else
        {
            _ = _cases.Append("      <system-out>").Append(EscapeXml(string.Concat(ProofText.Of(verdict)))).Append("</system-out>\n");
        }

        if (verdict.Notes.Count > 0)
        {
            _ = _cases.Append("      <system-err>").Append(Escape(string.Join(' ', verdict.Notes))).Append("</system-err>\n");
        }

        _ = _cases.Append("    </testcase>\n");
    }

    public void Finish(RunSummary summary)
    {
        if (summary.Problem is { } problem)
        {
            Add(TargetVerdict.Failed(string.Join(' ', summary.Asked), problem));
        }

        var counts = string.Create(CultureInfo.InvariantCulture, $"tests=\"{_tests}\" failures=\"{_failures}\" errors=\"{_errors}\" skipped=\"0\"");
        output.Write(
            $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite name=\"signing-verifier\" {counts}>\n{_cases}  </testsuite>\n</testsuites>\n");
    }

    private static string Escape(string text) => EscapeXml(PrintableText.Neutralise(text));

    private static string EscapeXml(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\n' => escaped.Append('\n'),
                < ' ' or '\uFFFE' or '\uFFFF' => escaped.Append('\uFFFD'),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }
}
