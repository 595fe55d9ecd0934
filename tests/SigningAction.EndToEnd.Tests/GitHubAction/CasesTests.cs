using SigningAction.EndToEnd.Tests.Repository;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>CASES.md lists every hostile case of networks and runners, and names tests that are there.</summary>
public sealed class CasesTests
{
    private const string Document = "tests/SigningAction.EndToEnd.Tests/GitHubAction/CASES.md";

    private static readonly string[][] Rows =
    [
        .. RepositoryFiles.Read(Document).Split('\n').Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 3 && (cells[0].StartsWith("N-", StringComparison.Ordinal) || cells[0].StartsWith("R-", StringComparison.Ordinal))),
    ];

    [Fact]
    public void Every_case_is_listed() => Assert.Equal(
        Enumerable.Range(1, 20).Select(number => $"N-{number:00}").Concat(Enumerable.Range(1, 15).Select(number => $"R-{number:00}")), Rows.Select(cells => cells[0]));

    [Fact]
    public void Every_test_that_is_named_is_there()
    {
        var tests = RepositoryFiles.All.Where(path => path.StartsWith("tests/", StringComparison.Ordinal) && path.EndsWith("Tests.cs", StringComparison.Ordinal))
            .SelectMany(path => RepositoryFiles.Read(path).Split('\n')).Where(line => line.StartsWith("    public ", StringComparison.Ordinal) && line.Contains('(', StringComparison.Ordinal))
            .Select(line => line[..line.IndexOf('(', StringComparison.Ordinal)].Split(' ')[^1]).ToHashSet(StringComparer.Ordinal);
        Assert.All(Rows, cells => Assert.NotEmpty(Named(cells[2])));
        Assert.Empty(Named(RepositoryFiles.Read(Document)).Where(name => name.Contains('_', StringComparison.Ordinal)).Except(tests));
    }

    /// <summary>Every other part between backquotes.</summary>
    private static IEnumerable<string> Named(string text) => text.Split('`').Where((_, i) => i % 2 == 1);
}
