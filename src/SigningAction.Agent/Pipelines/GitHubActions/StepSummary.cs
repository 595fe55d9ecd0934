using System.Globalization;
using System.Text;
using SigningAction.Agent.Signing;

namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>The Markdown of <c>GITHUB_STEP_SUMMARY</c>: what was signed, by whom, where it is logged.</summary>
public static class StepSummary
{
    /// <summary>The runner drops a summary over 1 MiB whole, so a long one is cut and says so.</summary>
    private const int MaximumCharacters = 200_000;

    /// <summary>The summary of a run.</summary>
    public static string Of(SigningReport report)
    {
        var text = new StringBuilder("### Signed\n\n");
        text.Append("Identity: ").Append(Code(report.Identity)).Append("\n\n");
        text.Append("| Subject | SHA-256 | Log index | Bundle |\n| --- | --- | --- | --- |\n");
        var rows = 0;
        foreach (var bundle in report.Bundles)
        {
            foreach (var subject in bundle.Subjects)
            {
                if (text.Length > MaximumCharacters)
                {
                    var total = report.Bundles.Sum(b => b.Subjects.Count);
                    return text.Append(CultureInfo.InvariantCulture, $"\n{total - rows} more subjects are not shown.\n").ToString();
                }

                text.Append(CultureInfo.InvariantCulture, $"| {Code(subject.Name)} | {Code(subject.Digest.ToString())} | {bundle.LogIndex} | ")
                    .AppendJoin(", ", bundle.Paths.Take(1).Select(Code)).Append(" |\n");
                rows++;
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// Untrusted text as inline code in which nothing has a meaning: every ASCII character but letters, digits and blank is a numeric character reference.
    /// References are text to Markdown, never structure (CommonMark 6.2): so no link, no table cell, no element, no autolink can begin in it.
    /// </summary>
    public static string Code(string untrusted)
    {
        var html = new StringBuilder("<code>");
        foreach (var c in UntrustedText.OneLine(untrusted))
        {
            if (char.IsAsciiLetterOrDigit(c) || c == ' ' || !char.IsAscii(c))
            {
                html.Append(c);
            }
            else
            {
                html.Append(CultureInfo.InvariantCulture, $"&#{(int)c};");
            }
        }

        return html.Append("</code>").ToString();
    }
}
