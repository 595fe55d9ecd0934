using SigningAction.Evidence.Tests.Documents;

namespace SigningAction.Evidence.Tests.Hostile;

/// <summary>CASES.md lists every hostile case of bundles and trust, and names tests that are there.</summary>
public sealed class CasesTests
{
    private static readonly string[][] Rows =
    [
        .. GeneratedDocument.Read("tests/SigningAction.Evidence.Tests/Hostile/CASES.md").Split('\n').Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 3 && (cells[0].StartsWith("B-", StringComparison.Ordinal) || cells[0].StartsWith("K-", StringComparison.Ordinal))),
    ];

    [Fact]
    public void Every_case_is_listed() => Assert.Equal(
        Enumerable.Range(1, 58).Select(number => $"B-{number:00}").Concat(Enumerable.Range(1, 11).Select(number => $"K-{number:00}")),
        Rows.SelectMany(cells => cells[0].Split(", ")));

    [Fact]
    public void Every_test_that_is_named_is_there()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(GeneratedDocument.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines).Where(line => line.StartsWith("    public ", StringComparison.Ordinal) && line.Contains('(', StringComparison.Ordinal))
            .Select(line => line[..line.IndexOf('(', StringComparison.Ordinal)].Split(' ')[^1]).ToHashSet(StringComparer.Ordinal);
        Assert.All(Rows, cells => Assert.NotEmpty(Named(cells[2])));
        Assert.Empty(Rows.SelectMany(cells => Named(cells[2])).Except(tests));
    }

    /// <summary>Every other part between backquotes.</summary>
    private static IEnumerable<string> Named(string cell) => cell.Split('`').Where((_, i) => i % 2 == 1);
}
