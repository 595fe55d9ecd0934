using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// <c>logs.json</c>: every log of an authority. Written by <c>shard</c> alone, whole and at once, and read strictly. While it is not there, the authority
/// has the three logs that <c>init</c> made.
/// </summary>
public static class LogsFile
{
    private const int LargestFile = 64 * 1024;

    /// <summary>Reads and validates.</summary>
    /// <param name="path">The file.</param>
    /// <param name="url">The authority's URL, under which its first logs are.</param>
    /// <returns>Null when there is no file.</returns>
    /// <exception cref="ConfigurationRefusedException">It is wrong.</exception>
    public static IReadOnlyList<LogRecord>? Read(string path, string url)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        if (new FileInfo(path).Length > LargestFile)
        {
            throw new ConfigurationRefusedException($"{path} is larger than {LargestFile} bytes.");
        }

        IReadOnlyList<LogRecord>? logs;
        try
        {
            logs = JsonSerializer.Deserialize(File.ReadAllBytes(path), LogsJson.Default.LogList)?.Logs;
        }
        catch (JsonException e)
        {
            throw new ConfigurationRefusedException($"{path} is not a list of logs (line {e.LineNumber + 1 ?? 0}): {e.Message} Restore it from the backup of the keys.", e);
        }

        return Fault(logs, url) is { } fault
            ? throw new ConfigurationRefusedException($"{path} is refused: {fault} Restore it from the backup of the keys.")
            : logs;
    }

    /// <summary>Writes the list durably, in place of the one that may be there: the moment in which a change of the logs is done.</summary>
    /// <exception cref="ConfigurationRefusedException">The list is wrong.</exception>
    /// <exception cref="IOException">The medium refused; the old list is in force.</exception>
    public static void Write(string path, string url, IReadOnlyList<LogRecord> logs)
    {
        if (Fault(logs, url) is { } fault)
        {
            throw new ConfigurationRefusedException(fault);
        }

        DurableFile.Replace(path, [.. JsonSerializer.SerializeToUtf8Bytes(new LogList { Logs = logs }, LogsJson.Default.LogList), (byte)'\n'], DurableFile.Public);
    }

    private static string? Fault(IReadOnlyList<LogRecord>? logs, string url)
    {
        if (logs is null || logs.Count < LogRecord.FirstLogs || logs.Any(log => log is null))
        {
            return "it lacks logs.";
        }

        if (logs.Where((log, i) => log.Number != i + 1).Any()
            || !logs.Take(LogRecord.FirstLogs).Select(log => log.Kind).SequenceEqual([LogKind.Signatures, LogKind.Certificates, LogKind.Audit]))
        {
            return "the logs are not numbered 1, 2, 3 and so on, with the three of init first.";
        }

        if (logs.Take(LogRecord.FirstLogs).Any(log => log.Url != url))
        {
            return "the first logs are not under the authority's URL, which is fixed for life.";
        }

        foreach (var log in logs)
        {
            if (Fault(log) is { } fault)
            {
                return $"log {log.Number} {fault}";
            }
        }

        if (logs.GroupBy(log => (log.Kind, log.Host)).Any(same => same.Count() > 1))
        {
            return "two logs of one kind share a host name, so one origin would have two histories.";
        }

        var open = logs.Where(log => log.IsOpen).ToLookup(log => log.Kind);
        return !open[LogKind.Signatures].Any() || open[LogKind.Certificates].Count() != 1 || open[LogKind.Audit].Count() != 1
            ? "there must be an open signature log, and one open log each of certificates and audit."
            : null;
    }

    private static string? Fault(LogRecord log)
    {
        if (log.Kind is not (LogKind.Signatures or LogKind.Certificates or LogKind.Audit))
        {
            return "has no kind.";
        }

        if (AuthorityUrl.Fault(log.Url) is { } fault)
        {
            return $"has a URL that {fault}";
        }

        if (log.Frozen < log.Start || (log.LacksTail && log.IsOpen))
        {
            return "was frozen before it began, or lacks leaves and is open.";
        }

        try
        {
            _ = log.ReadKey();
            return null;
        }
        catch (EvidenceException e)
        {
            return $"has a public key that is refused: {e.Failure.Fault}";
        }
    }
}

/// <summary>The file.</summary>
internal sealed record LogList
{
    public required IReadOnlyList<LogRecord> Logs { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    WriteIndented = true)]
[JsonSerializable(typeof(LogList))]
internal sealed partial class LogsJson : JsonSerializerContext;
