using System.Collections;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// What of the environment reaches the framework: log levels, and OpenTelemetry's own variables. Whatever else the framework would read there (addresses, certificates,
/// limits of the server, files beside the program) does not configure an authority.
/// </summary>
internal static class EnvironmentConfiguration
{
    private const string Levels = "Logging__LogLevel__";
    private const string Telemetry = "OTEL_";

    /// <summary>Puts just these in place of all that is there.</summary>
    public static void Restrict(ConfigurationManager configuration)
    {
        var kept = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => ((string)variable.Key, (string?)variable.Value))
            .Where(variable => IsKept(variable.Item1))
            .Select(variable => KeyValuePair.Create(variable.Item1.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), variable.Item2))
            .ToList();
        configuration.Sources.Clear();
        _ = configuration.AddInMemoryCollection(kept);
    }

    internal static bool IsKept(string variable) =>
        variable.StartsWith(Telemetry, StringComparison.Ordinal) || variable.StartsWith(Levels, StringComparison.OrdinalIgnoreCase);
}
