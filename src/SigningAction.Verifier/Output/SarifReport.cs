using System.Reflection;
using System.Text;
using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Output;

/// <summary>
/// SARIF 2.1.0 for tools that collect findings: a result for each target that is not verified, a rule for each reason among them, and every target with its digest among the
/// artifacts. One document on one line, at the end.
/// </summary>
internal sealed class SarifReport(TextWriter output) : IReport
{
    private readonly List<TargetVerdict> _verdicts = [];
    private string[] _codes = [];

    public void Add(TargetVerdict verdict) => _verdicts.Add(verdict);

    public void Finish(RunSummary summary)
    {
        if (summary.Problem is { } problem)
        {
            _verdicts.Add(TargetVerdict.Failed(string.Join(' ', summary.Asked), problem));
        }

        _codes = [.. _verdicts.Select(verdict => verdict.Problem?.Code).OfType<string>().Distinct(StringComparer.Ordinal)];
        output.WriteLine(Encoding.UTF8.GetString(SafeJson.Write(json => Write(json, summary))));
    }

    private void Write(Utf8JsonWriter json, RunSummary summary)
    {
        json.WriteStartObject();
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        Tool(json);
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", summary.Exit is ExitCode.Verified or ExitCode.Refused && summary.NotChecked == 0);
        json.WriteNumber("exitCode", (int)summary.Exit);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("artifacts");
        foreach (var verdict in _verdicts)
        {
            Artifact(json, verdict);
        }

        json.WriteEndArray();
        json.WriteStartArray("results");
        for (var i = 0; i < _verdicts.Count; i++)
        {
            if (_verdicts[i].Problem is { } problem)
            {
                Result(json, i, _verdicts[i].Target, problem);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Tool(Utf8JsonWriter json)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "signing-verifier");
        json.WriteString("version", typeof(SarifReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0");
        json.WriteStartArray("rules");
        foreach (var code in _codes)
        {
            json.WriteStartObject();
            json.WriteString("id", code);
            Message(json, "shortDescription", Description(code));
            Message(json, "help", Help(code));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The code as words; names of formats stay as they are written.</summary>
    private static string Description(string code)
    {
        var words = code.Split('_').Select(word => word is "SCT" or "TUF" ? word : word.ToLowerInvariant());
        var text = string.Join(' ', words);
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    private static string Help(string code) => code switch
    {
        Problem.UsageCode => "Correct the command line: it asks for nothing that could be checked.",
        Problem.NotCheckedCode => "Correct what kept the verifier from looking at the evidence; nothing is known about the artifact.",
        _ => FailureCodes.Remedy(Enum.GetValues<FailureCode>().First(known => known != FailureCode.None && FailureCodes.Text(known) == code)),
    };

    private static void Artifact(Utf8JsonWriter json, TargetVerdict verdict)
    {
        json.WriteStartObject();
        json.WriteStartObject("location");
        json.WriteString("uri", Uri(verdict.Target));
        json.WriteEndObject();
        if (verdict.Notes.Count > 0)
        {
            Message(json, "description", PrintableText.Neutralise(string.Join(' ', verdict.Notes)));
        }

        if (verdict.Sha256 is { } digest)
        {
            json.WriteStartObject("hashes");
            json.WriteString("sha-256", digest.ToString());
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void Result(Utf8JsonWriter json, int artifact, string target, Problem problem)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", problem.Code);
        json.WriteNumber("ruleIndex", Array.IndexOf(_codes, problem.Code));
        json.WriteString("level", "error");
        Message(json, "message", $"{PrintableText.Neutralise(target)} is not verified: {problem.Fault} {problem.Remedy}");
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", Uri(target));
        json.WriteNumber("index", artifact);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Message(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    /// <summary>
    /// A path or address as a URI reference (RFC 3986): what is no letter, digit, slash or mark is percent-encoded, so that no file name reads as a query, a fragment or
    /// a scheme.
    /// </summary>
    private static string Uri(string target)
    {
        var scheme = target.StartsWith("oci://", StringComparison.Ordinal) ? "oci://" : target.StartsWith('/') ? "file://" : string.Empty;
        var uri = new StringBuilder(scheme);
        foreach (var b in Encoding.UTF8.GetBytes(scheme == "oci://" ? target[scheme.Length..] : target))
        {
            _ = char.IsAsciiLetterOrDigit((char)b) || (char)b is '/' or '-' or '.' or '_' or '~' || (scheme == "oci://" && (char)b is ':' or '@')
                ? uri.Append((char)b)
                : uri.Append('%').Append(b.ToString("X2", null));
        }

        return uri.ToString();
    }
}
