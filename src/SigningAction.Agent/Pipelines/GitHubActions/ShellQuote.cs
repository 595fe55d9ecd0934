namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>Arguments for a POSIX shell, ready to paste.</summary>
internal static class ShellQuote
{
    /// <summary><paramref name="argument"/> as one word in which the shell finds nothing to do.</summary>
    public static string Of(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '-' or '_' or ':' or '@' or '+' or '=' or ',')
            ? argument
            : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A file's name as an argument: one that begins with a hyphen is no option.</summary>
    public static string OfFile(string name) => Of(name.StartsWith('-') ? "./" + name : name);
}
