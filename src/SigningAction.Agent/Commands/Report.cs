using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Publishing;
using SigningAction.Agent.Signing;

namespace SigningAction.Agent.Commands;

/// <summary>What is printed on standard output at the end: lines for people, or one JSON document on one line.</summary>
internal static class Report
{
    /// <summary>Lines for people.</summary>
    /// <param name="report">What was signed, or would be.</param>
    /// <param name="seen">Gives a path as who reads the lines sees it.</param>
    public static IEnumerable<string> Text(SigningReport report, Func<string, string> seen)
    {
        yield return report.DryRun ? "Would sign" : $"Signed as {UntrustedText.OneLine(report.Identity)}";
        foreach (var bundle in report.Bundles)
        {
            foreach (var subject in bundle.Subjects)
            {
                // The digest first: a runner passes blanks over, and a name at the beginning of a line could be '::error::…'.
                yield return $"  {subject.Digest}  {UntrustedText.OneLine(subject.Name)}";
            }

            var logged = bundle.LogIndex is { } index ? string.Create(CultureInfo.InvariantCulture, $"log index {index}, ") : "";
            yield return $"    {logged}bundle {UntrustedText.OneLine(string.Join(", ", bundle.Paths.Select(seen)))}";
        }

        foreach (var publication in report.Publications)
        {
            var where = publication.Url ?? publication.Id ?? publication.Problem ?? "";
            var state = publication.State == PublicationState.Failed ? "not published" : "published";
            yield return $"  {state}  {UntrustedText.OneLine(publication.Bundle)}  {UntrustedText.OneLine(publication.Target)}  {UntrustedText.OneLine(where)}";
        }
    }

    /// <summary>The report as JSON.</summary>
    public static string Json(SigningReport report) => Write(json =>
    {
        if (report.DryRun)
        {
            json.WriteBoolean("dryRun", true);
        }

        json.WriteString("identity", report.Identity);
        json.WriteStartArray("bundles");
        foreach (var bundle in report.Bundles)
        {
            json.WriteStartObject();
            json.WriteStartArray("paths");
            foreach (var path in bundle.Paths)
            {
                json.WriteStringValue(path);
            }

            json.WriteEndArray();
            if (bundle.LogIndex is { } index)
            {
                json.WriteNumber("logIndex", index);
            }

            if (bundle.PredicateType is { } type)
            {
                json.WriteString("predicateType", type);
            }

            json.WriteStartArray("subjects");
            foreach (var subject in bundle.Subjects)
            {
                json.WriteStartObject();
                json.WriteString("name", subject.Name);
                json.WriteString(subject.Digest.Algorithm, subject.Digest.Hex);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("publications");
        foreach (var publication in report.Publications)
        {
            json.WriteStartObject();
            json.WriteString("target", publication.Target);
            json.WriteString("bundle", publication.Bundle);
            json.WriteString("state", JsonNamingPolicy.CamelCase.ConvertName(publication.State.ToString()));
            WriteIfAny(json, "id", publication.Id);
            WriteIfAny(json, "url", publication.Url);
            WriteIfAny(json, "problem", publication.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>A failure as JSON.</summary>
    public static string Json(AgentException fault) => Write(json =>
    {
        json.WriteStartObject("error");
        json.WriteString("code", AgentFaults.Text(fault.Fault));
        json.WriteString("message", fault.Message);
        if (fault.ServerText is { } said)
        {
            json.WriteString("serverText", said);
        }

        json.WriteEndObject();
    });

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static string Write(Action<Utf8JsonWriter> content)
    {
        // '#' is escaped so that a name can hold no '##[command]', which runners find anywhere in a line.
        var safe = new TextEncoderSettings(UnicodeRanges.BasicLatin);
        safe.ForbidCharacter('#');
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.Create(safe) }))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
