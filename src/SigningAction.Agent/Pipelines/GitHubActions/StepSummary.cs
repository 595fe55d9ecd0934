using System.Globalization;
using System.Text;
using SigningAction.Agent.Publishing;
using SigningAction.Agent.Publishing.GitHub;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>The Markdown of <c>GITHUB_STEP_SUMMARY</c>: what was signed, by whom, where it is logged, and how to verify it.</summary>
public static class StepSummary
{
    /// <summary>The runner drops a summary over 1 MiB whole, so a long one is cut and says so.</summary>
    private const int MaximumCharacters = 200_000;

    /// <summary>A row has a few hundred characters of references; both tables together stay far below what is dropped.</summary>
    private const int MostForPublications = 100_000;

    /// <summary>The summary of a run.</summary>
    /// <param name="report">What was signed, or would be.</param>
    /// <param name="place">Gives a bundle's path as later steps see it.</param>
    public static string Of(SigningReport report, Func<string, string> place)
    {
        var text = new StringBuilder(report.DryRun ? "### Dry run: this would be signed\n\n" : "### Signed\n\n");
        if (!report.DryRun)
        {
            text.Append("Identity: ").Append(Code(report.Identity)).Append("\n\n");
            AppendCommands(text, report, place);
        }

        AppendTable(text, report, place);
        AppendPublications(text, report.Publications);
        return text.ToString();
    }

    /// <summary>The summary of a run that had nothing to do.</summary>
    public static string Skipped(string why) => $"### Nothing was signed\n\n{Code(why)}\n\n";

    private static void AppendCommands(StringBuilder text, SigningReport report, Func<string, string> place)
    {
        var commands = VerifyCommands.Of(report, place);
        if (commands.Any(command => !command.NeedsBundle))
        {
            text.Append("Verify with any of these, beside the artifact; the bundle is found by it:\n\n");
            AppendBlocks(text, commands.Where(command => !command.NeedsBundle));
        }

        if (commands.Any(command => command.NeedsBundle))
        {
            var bundle = report.Bundles[0];
            var file = place(bundle.Paths[0]);
            text.Append("Verify with any of these, beside the artifact and its bundle, ").Append(Code(Path.GetFileName(file))).Append(". ");
            _ = report.Publications.FirstOrDefault(p => p.State != PublicationState.Failed && IsRelease(p) && p.BundleDigest == Sha256Digest.Of(bundle.Json.Span)) is { } asset
                ? text.Append("It is attached to ").Append(Code(asset.Target)).Append(":\n\n")
                : text.Append("It is ").Append(Code(file)).Append(" of this job's workspace, which ends with the job: hand it over with the artifact (actions/upload-artifact, or the input release).\n\n");
            AppendBlocks(text, commands.Where(command => command.NeedsBundle));
        }
    }

    private static bool IsRelease(Publication publication) => publication.Target.StartsWith(ReleaseTarget.NamePrefix, StringComparison.Ordinal);

    private static void AppendBlocks(StringBuilder text, IEnumerable<VerifyCommand> commands)
    {
        foreach (var command in commands)
        {
            // A block of HTML without an empty line in it: Markdown looks at nothing before its end tag, and every character is a reference anyway.
            text.Append("<pre><code>").AppendJoin('\n', command.Text.Split('\n').Select(Escape)).Append("</code></pre>\n\n");
        }
    }

    private static void AppendTable(StringBuilder text, SigningReport report, Func<string, string> place)
    {
        text.Append("| Subject | Digest | Type | Log index | Bundle |\n| --- | --- | --- | --- | --- |\n");
        var rows = 0;
        foreach (var bundle in report.Bundles)
        {
            var index = bundle.LogIndex is { } logged ? Index(report, logged) : "";
            var type = bundle.PredicateType is { } predicate ? Code(predicate) : report.DryRun ? "" : "signature";
            var shown = bundle.Paths.Count > 0 ? Code(place(bundle.Paths[0])) : "";
            var link = bundle.AttestationUrl is { } url && SafeLink(url) is { } safe ? $" <a href=\"{safe}\">attestation</a>" : "";
            foreach (var subject in bundle.Subjects)
            {
                if (text.Length > MaximumCharacters)
                {
                    var total = report.Bundles.Sum(b => b.Subjects.Count);
                    text.Append(CultureInfo.InvariantCulture, $"\n{total - rows} more subjects are not shown.\n");
                    return;
                }

                AppendRow(text, subject, type, index, shown + link);
                rows++;
            }
        }

        text.Append('\n');
    }

    /// <summary>The number of an entry, linked where the log has a page of it.</summary>
    private static string Index(SigningReport report, long index)
    {
        var number = index.ToString(CultureInfo.InvariantCulture);
        return report.EntryPages is { } pages && SafeLink(new Uri(pages + number)) is { } safe ? $"<a href=\"{safe}\">{number}</a>" : number;
    }

    /// <summary>What is where. Failures first: they are what somebody has to do something about, and a long list is cut.</summary>
    private static void AppendPublications(StringBuilder text, IReadOnlyList<Publication> publications)
    {
        if (publications.Count == 0)
        {
            return;
        }

        text.Append("### Published\n\n");
        if (publications.Any(p => p is { State: PublicationState.Failed, Optional: false }))
        {
            text.Append("Not everything is where it was to go. What was signed is kept; running the job again publishes only what is missing.\n\n");
        }

        text.Append("| Place | Bundle | State | Where, or why not |\n| --- | --- | --- | --- |\n");
        var limit = text.Length + MostForPublications;
        var rows = 0;
        foreach (var publication in publications.OrderBy(p => p.State == PublicationState.Failed ? 0 : 1))
        {
            if (text.Length > limit)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{publications.Count - rows} more are not shown.\n");
                return;
            }

            text.Append("| ").Append(Code(publication.Target)).Append(" | ").Append(Code(publication.Bundle)).Append(" | ").Append(State(publication)).Append(" | ").Append(Where(publication)).Append(" |\n");
            rows++;
        }

        text.Append('\n');
    }

    private static string State(Publication publication) => publication.State switch
    {
        PublicationState.Published => "published",
        PublicationState.AlreadyThere => "was there already",
        _ => publication.Optional ? "not published, which fails nothing" : "**not published**",
    };

    private static string Where(Publication publication)
    {
        if (publication.State == PublicationState.Failed)
        {
            return Code(string.Join(" It said: ", new[] { publication.Problem, publication.ServerText }.OfType<string>()));
        }

        return Uri.TryCreate(publication.Url, UriKind.Absolute, out var url) && SafeLink(url) is { } safe
            ? $"<a href=\"{safe}\">{Code(publication.Id ?? publication.Target)}</a>"
            : publication.Id is { Length: > 0 } id ? Code(id) : "";
    }

    private static void AppendRow(StringBuilder text, SigningSubject subject, string type, string index, string bundle) =>
        text.Append("| ").Append(Code(subject.Name)).Append(" | ").Append(Code(subject.Digest.ToString())).Append(" | ").Append(type)
            .Append(" | ").Append(index).Append(" | ").Append(bundle).Append(" |\n");

    /// <summary>
    /// Untrusted text as inline code in which nothing has a meaning: every ASCII character but letters, digits and blank is a numeric character reference.
    /// References are text to Markdown, never structure (CommonMark 6.2): so no link, no table cell, no element, no autolink can begin in it.
    /// </summary>
    public static string Code(string untrusted) => $"<code>{Escape(untrusted)}</code>";

    private static string Escape(string untrusted)
    {
        var html = new StringBuilder(untrusted.Length);
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

        return html.ToString();
    }

    /// <summary>An address as an attribute's value; null for every scheme but https, and for what an attribute or a table could end at.</summary>
    private static string? SafeLink(Uri url) =>
        url.IsAbsoluteUri && url.Scheme == Uri.UriSchemeHttps && url.UserInfo.Length == 0 && url.AbsoluteUri.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '/' or '.' or '-' or '_' or '?' or '=')
            ? url.AbsoluteUri
            : null;
}
