using System.Globalization;
using System.Text;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Verifier.Trust;

namespace SigningAction.Verifier.Output;

/// <summary>For people. What others wrote is shown with everything invisible escaped.</summary>
internal sealed class TrustTextReport(TextWriter output, TextWriter error, DateTimeOffset now) : ITrustReport
{
    public void Show(TrustedRoots roots)
    {
        var text = new StringBuilder();
        var origin = roots.Origin;
        Line(text, "Trust", origin.Text);
        Line(text, "  sha256", origin.Sha256.ToString());
        if (origin.Taken is { } taken)
        {
            Line(text, "  Taken", $"{taken:u} ({Age(now - taken)} ago)");
        }

        if (origin.Tuf is { } tuf)
        {
            Line(text, "  TUF", string.Create(CultureInfo.InvariantCulture, $"root {tuf.RootVersion}, timestamp {tuf.TimestampVersion}"));
            Line(text, "  Expires", tuf.Expires > now ? $"{tuf.Expires:u} (in {Age(tuf.Expires - now)})" : $"{tuf.Expires:u} (expired {Age(now - tuf.Expires)} ago)");
        }

        for (var i = 0; i < roots.Roots.Count; i++)
        {
            if (roots.Roots.Count > 1)
            {
                text.Append(CultureInfo.InvariantCulture, $"Root {i + 1} of {roots.Roots.Count}\n");
            }

            Add(text, roots.Roots[i]);
        }

        output.Write(text.ToString());
    }

    public void Failed(Problem problem) =>
        error.Write($"signing-verifier: {problem.Fault}\n  {problem.Remedy}\nReason: {problem.Code}\n");

    private static void Add(StringBuilder text, TrustedRoot root)
    {
        foreach (var authority in root.CertificateAuthorities)
        {
            Line(text, "  Authority", $"{Name(authority.Chain)}  {Times(authority.ValidFor)}");
        }

        foreach (var authority in root.TimestampAuthorities)
        {
            Line(text, "  Timestamps", $"{Name(authority.Chain)}  {Times(authority.ValidFor)}");
        }

        foreach (var log in root.Logs)
        {
            Line(text, "  Log", $"{log.BaseUrl}  {log.Key.Details}  {Times(log.ValidFor)}");
        }

        foreach (var log in root.CertificateLogs)
        {
            Line(text, "  CT log", $"{log.BaseUrl}  {log.Key.Details}  {Times(log.ValidFor)}");
        }

        foreach (var reason in root.LeftOut)
        {
            Line(text, "  Left out", reason);
        }
    }

    private static string Name(CertificateChain chain) => chain.Certificates[0].Subject.ToString();

    private static string Times(Validity time) => $"{time.Start:yyyy-MM-dd} to {(time.End is { } end ? end.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "now")}";

    private static string Age(TimeSpan age) =>
        age.TotalDays >= 2 ? $"{(int)age.TotalDays} days" : age.TotalHours >= 2 ? $"{(int)age.TotalHours} hours" : $"{Math.Max(0, (int)age.TotalMinutes)} minutes";

    private static void Line(StringBuilder text, string label, string value) =>
        text.Append(label.PadRight(13)).Append(' ').Append(PrintableText.Neutralise(value)).Append('\n');
}
