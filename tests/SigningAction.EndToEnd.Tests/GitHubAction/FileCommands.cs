namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>Reads the files of GITHUB_OUTPUT, GITHUB_ENV and GITHUB_STATE as the runner does, and fails where it would fail the step.</summary>
internal static class FileCommands
{
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var lines = new Queue<string>(File.ReadAllText(path).Split('\n')); // On Linux only LF ends a line; a CR stays in its value.
        while (lines.TryDequeue(out var line))
        {
            if (line.Length == 0)
            {
                continue;
            }

            // Whichever comes first decides.
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var heredoc = line.IndexOf("<<", StringComparison.Ordinal);
            Assert.True(equals > 0 || heredoc > 0, $"Invalid format '{line}'");
            if (heredoc < 0 || (equals >= 0 && equals < heredoc))
            {
                found[line[..equals]] = line[(equals + 1)..];
                continue;
            }

            var delimiter = line[(heredoc + 2)..];
            Assert.False(delimiter.Length == 0, "Delimiter must not be empty");
            var value = new List<string>();
            string? next = null;
            while (lines.TryDequeue(out next) && !string.Equals(next, delimiter, StringComparison.Ordinal))
            {
                value.Add(next);
            }

            Assert.True(next == delimiter, $"Matching delimiter not found '{delimiter}'");
            found[line[..heredoc]] = string.Join('\n', value);
        }

        return found;
    }
}
