namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>The expressions of workflows that our files use: names in <c>${{ }}</c>, and nothing else.</summary>
internal static class Expression
{
    /// <summary>The text with the value of each name in its place; a name without a value fails the test.</summary>
    public static string Evaluate(string text, IReadOnlyDictionary<string, string> values)
    {
        var parts = text.Split("${{");
        return parts[0] + string.Concat(parts.Skip(1).Select(part =>
        {
            var end = part.IndexOf("}}", StringComparison.Ordinal);
            Assert.True(end >= 0, text);
            var name = part[..end].Trim();
            Assert.True(values.ContainsKey(name), $"nothing has the value of {name}");
            return values[name] + part[(end + 2)..];
        }));
    }
}
