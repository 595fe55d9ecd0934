using System.Globalization;

namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>Lines that the runner reads as commands (<c>::name key=value::data</c>), with its escapes.</summary>
public static class WorkflowCommand
{
    /// <summary>An annotation that fails the step; <paramref name="message"/> may hold untrusted text.</summary>
    /// <param name="title">Shown in bold.</param>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="file">The file that it is about, from the workspace; null for none.</param>
    /// <param name="line">The line of that file, from 1; null for none.</param>
    public static string Error(string title, string message, string? file = null, int? line = null) => Annotation("error", title, message, file, line);

    /// <summary>An annotation that is only told.</summary>
    public static string Notice(string title, string message) => Annotation("notice", title, message, null, null);

    /// <summary>Begins a fold of the log.</summary>
    public static string Group(string title) => $"::group::{EscapeData(UntrustedText.OneLine(title))}";

    /// <summary>Ends a fold of the log.</summary>
    public static string EndGroup => "::endgroup::";

    /// <summary>Before a secret: from here on the runner shows it as <c>***</c>.</summary>
    public static string AddMask => "::add-mask::";

    /// <summary>From here on no line is a command until <see cref="ResumeCommands"/> with the same token.</summary>
    public static string StopCommands(string token) => $"::stop-commands::{token}";

    /// <summary>Ends <see cref="StopCommands"/>.</summary>
    public static string ResumeCommands(string token) => $"::{token}::";

    /// <summary>Escapes the data of a command as the runner unescapes it.</summary>
    public static string EscapeData(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);

    /// <summary>Escapes a property value of a command.</summary>
    public static string EscapeProperty(string text) => EscapeData(text)
        .Replace(":", "%3A", StringComparison.Ordinal)
        .Replace(",", "%2C", StringComparison.Ordinal);

    private static string Annotation(string kind, string title, string message, string? file, int? line)
    {
        var row = line is { } number ? string.Create(CultureInfo.InvariantCulture, $"line={number},") : "";
        var at = file is null ? "" : $"file={EscapeProperty(UntrustedText.OneLine(file))},{row}";
        return $"::{kind} {at}title={EscapeProperty(UntrustedText.OneLine(title))}::{EscapeData(UntrustedText.OneLine(message))}";
    }
}
