using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Pipelines;

/// <summary>
/// Makes text that somebody else chose (file names, claims, what a server says) safe to print as part of one line:
/// it can end no line, drive no terminal, reorder no characters, and begin no command of a runner.
/// </summary>
public static class UntrustedText
{
    /// <summary>
    /// <paramref name="text"/> on one line, with escapes of <see cref="PlainText"/>, and <c>##</c> as <c>#\u{23}</c>: the runners of GitHub and Azure find
    /// <c>##[…]</c> and <c>##vso[…]</c> anywhere in a line.
    /// </summary>
    public static string OneLine(string text)
    {
        var line = PlainText.Of(text);
        while (line.Contains("##", StringComparison.Ordinal))
        {
            line = line.Replace("##", @"#\u{23}", StringComparison.Ordinal);
        }

        return line;
    }

    /// <summary>Whether a file may carry this name into a statement: no character that could change how it is shown.</summary>
    public static bool IsPrintable(string name) => name.Length > 0 && PlainText.IsSafe(name);
}
