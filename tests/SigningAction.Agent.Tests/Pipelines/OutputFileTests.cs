using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Tests.Fakes;

namespace SigningAction.Agent.Tests.Pipelines;

public class OutputFileTests
{
    [Fact]
    public void A_value_cannot_end_its_block_and_begin_another_output()
    {
        using var place = new TestPlace();
        var path = place.PathOf("output");
        OutputFile.Append(path, "bundle-path", "a\nEOF\nevil=1\nevil<<X\n1\nX");
        OutputFile.Append(path, "log-index", "7");

        Assert.Equal(
            [("bundle-path", "a\nEOF\nevil=1\nevil<<X\n1\nX"), ("log-index", "7")],
            Parse(File.ReadAllText(path)));
    }

    [Fact]
    public void Every_block_has_a_delimiter_of_its_own()
    {
        using var place = new TestPlace();
        var path = place.PathOf("output");
        OutputFile.Append(path, "a", "1");
        OutputFile.Append(path, "b", "2");
        var delimiters = File.ReadLines(path).Where(l => l.Contains("<<", StringComparison.Ordinal)).Select(l => l.Split("<<")[1]).ToList();
        Assert.Equal(2, delimiters.Distinct().Count());
        Assert.All(delimiters, d => Assert.True(d.Length >= 32));
    }

    /// <summary>Reads the file as the runner does: a line NAME&lt;&lt;DELIMITER, then lines up to DELIMITER alone.</summary>
    internal static List<(string Name, string Value)> Parse(string text)
    {
        var outputs = new List<(string, string)>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length && lines[i].Length > 0; i++)
        {
            var head = lines[i].Split("<<", 2);
            var end = Array.IndexOf(lines, head[1], i + 1);
            outputs.Add((head[0], string.Join('\n', lines[(i + 1)..end])));
            i = end;
        }

        return outputs;
    }
}
