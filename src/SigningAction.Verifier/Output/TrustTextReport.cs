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
    private const int WidestColumn = 60;

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
        (string Label, string Name, string Key, Validity Time)[] rows =
        [
            .. root.CertificateAuthorities.Select(authority => ("  Authority", Name(authority.Chain), string.Empty, authority.ValidFor)),
            .. root.TimestampAuthorities.Select(authority => ("  Timestamps", Name(authority.Chain), string.Empty, authority.ValidFor)),
            .. root.Logs.Select(log => ("  Log", PrintableText.Neutralise(log.BaseUrl), log.Key.Details, log.ValidFor)),
            .. root.CertificateLogs.Select(log => ("  CT log", PrintableText.Neutralise(log.BaseUrl), log.Key.Details, log.ValidFor)),
        ];
        var name = Width(rows.Select(row => row.Name));
        var key = Width(rows.Select(row => row.Key));
        foreach (var row in rows)
        {
            Line(text, row.Label, $"{row.Name.PadRight(name)}  {row.Key.PadRight(key)}  {Times(row.Time)}");
        }

        foreach (var reason in root.LeftOut)
        {
            Line(text, "  Left out", reason);
        }
    }

    private static int Width(IEnumerable<string> column) => Math.Min(WidestColumn, column.Select(cell => cell.Length).DefaultIfEmpty().Max());

    private static string Name(CertificateChain chain) => PrintableText.Neutralise(chain.Certificates[0].Subject.ToString());

    private static string Times(Validity time) => $"{Time(time.Start)} to {(time.End is { } end ? Time(end) : "now")}";

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    private static string Age(TimeSpan age) =>
        age.TotalDays >= 2 ? $"{(int)age.TotalDays} days" : age.TotalHours >= 2 ? $"{(int)age.TotalHours} hours"
        : age.TotalMinutes >= 2 ? $"{(int)age.TotalMinutes} minutes" : age.TotalMinutes >= 1 ? "1 minute" : "less than a minute";

    private static void Line(StringBuilder text, string label, string value) =>
        text.Append(label.PadRight(13)).Append(' ').Append(PrintableText.Neutralise(value)).Append('\n');
}
