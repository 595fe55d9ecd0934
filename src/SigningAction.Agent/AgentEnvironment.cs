using System.Collections;
using SigningAction.Agent.Signing;

namespace SigningAction.Agent;

/// <summary>Everything outside that a run touches, as arguments: tests and Quickstart drive the agent in process with their own.</summary>
public sealed record AgentEnvironment
{
    /// <summary>Environment variables; only these are read.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>Directory that relative paths and globs start from.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The report: text for people, or one JSON document.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Progress, errors and the commands that the pipeline's runner reads.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Clock and timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes the key of each certificate: a test gives ones that it knows, to look for them in everything that a run leaves.</summary>
    public Func<EphemeralKey> NewKey { get; init; } = () => new EphemeralKey();

    /// <summary>Stands in for the network where it is given; it is not disposed.</summary>
    public HttpMessageHandler? Network { get; init; }

    /// <summary>The variable, or null where it is absent or empty: a runner hands over unset inputs as empty text.</summary>
    public string? Variable(string name) => Variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>The process's own surroundings.</summary>
    public static AgentEnvironment OfProcess() => new()
    {
        Variables = Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal),
        WorkingDirectory = Environment.CurrentDirectory,
        Out = Console.Out,
        Error = Console.Error,
    };
}
