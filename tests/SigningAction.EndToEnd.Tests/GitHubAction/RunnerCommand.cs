namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>One command that the runner found in a step's output, unescaped as the runner does it.</summary>
internal sealed record RunnerCommand(string Name, IReadOnlyDictionary<string, string> Properties, string Data)
{
    private const string Prefix = "::";

    /// <summary>The command in a line; null for a line that the runner only shows.</summary>
    public static RunnerCommand? Parse(string line)
    {
        // The runner takes blanks before the prefix away and looks nowhere else in the line.
        var text = line.TrimStart();
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.IndexOf(Prefix, Prefix.Length, StringComparison.Ordinal) is var end && end < 0)
        {
            return null;
        }

        var head = text[Prefix.Length..end];
        var space = head.IndexOf(' ', StringComparison.Ordinal);
        var properties = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in space < 0 ? [] : head[(space + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = property.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                properties[property[..equals].Trim()] = Unescape(property[(equals + 1)..]
                    .Replace("%3A", ":", StringComparison.Ordinal).Replace("%2C", ",", StringComparison.Ordinal));
            }
        }

        return new RunnerCommand(space < 0 ? head : head[..space], properties, Unescape(text[(end + Prefix.Length)..]));
    }

    private static string Unescape(string text) => text
        .Replace("%0D", "\r", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
}
