namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>One command that the runner found in a step's output, unescaped as the runner does it.</summary>
internal sealed record RunnerCommand(string Name, IReadOnlyDictionary<string, string> Properties, string Data)
{
    private const string Prefix = "::";
    private const string OldPrefix = "##[";

    /// <summary>What the runner knows; a line with another name is only shown.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path", "notice", "remove-matcher", "save-state", "set-env", "set-output",
        "stop-commands", "warning",
    };

    /// <summary>The command in a line; null for a line that the runner only shows.</summary>
    /// <param name="line">A line of either stream.</param>
    /// <param name="token">What ends the present stop-commands; null for none.</param>
    public static RunnerCommand? Parse(string line, string? token = null)
    {
        return New(line) is { } command && IsKnown(command.Name) ? command : Old(line) is { } old && IsKnown(old.Name) ? old : null;

        bool IsKnown(string name) => Known.Contains(name) || name == token;
    }

    /// <summary><c>::name key=value,key=value::data</c>: the runner takes blanks before the prefix away and looks nowhere else in the line.</summary>
    private static RunnerCommand? New(string line)
    {
        var text = line.TrimStart();
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.IndexOf(Prefix, Prefix.Length, StringComparison.Ordinal) is var end && end < 0)
        {
            return null;
        }

        var (name, properties) = Head(text[Prefix.Length..end], ',', value => Unescape(value
            .Replace("%3A", ":", StringComparison.Ordinal).Replace("%2C", ",", StringComparison.Ordinal)));
        return new RunnerCommand(name, properties, Unescape(text[(end + Prefix.Length)..]));
    }

    /// <summary><c>##[name key=value;key=value]data</c>: of old, and still found anywhere in a line.</summary>
    private static RunnerCommand? Old(string line)
    {
        var start = line.IndexOf(OldPrefix, StringComparison.Ordinal);
        var end = start < 0 ? -1 : line.IndexOf(']', start);
        if (end < 0)
        {
            return null;
        }

        var (name, properties) = Head(line[(start + OldPrefix.Length)..end], ';', UnescapeOld);
        return new RunnerCommand(name, properties, UnescapeOld(line[(end + 1)..]));
    }

    private static (string Name, Dictionary<string, string> Properties) Head(string head, char separator, Func<string, string> unescape)
    {
        var space = head.IndexOf(' ', StringComparison.Ordinal);
        var properties = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in space < 0 ? [] : head[(space + 1)..].Split(separator, StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = property.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                properties[property[..equals].Trim()] = unescape(property[(equals + 1)..]);
            }
        }

        return (space < 0 ? head : head[..space], properties);
    }

    private static string Unescape(string text) => text
        .Replace("%0D", "\r", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);

    private static string UnescapeOld(string text) => text
        .Replace("%3B", ";", StringComparison.Ordinal).Replace("%0D", "\r", StringComparison.Ordinal)
        .Replace("%0A", "\n", StringComparison.Ordinal).Replace("%5D", "]", StringComparison.Ordinal);
}
