using System.CommandLine;
using SigningAction.Authority.Hosting;

namespace SigningAction.Authority.Tests.Documents;

/// <summary>What stands in the runbook can be typed, and what it names exists.</summary>
public sealed class RunbookTests
{
    private static readonly string Runbook = File.ReadAllText(GeneratedDocument.PathOf("RUNBOOK.md"));

    [Fact]
    public void Every_command_of_it_parses()
    {
        var commands = Runbook.Split('\n').Select(line => line.Trim().Replace("sudo -u signing ", "", StringComparison.Ordinal)).Where(line => line.StartsWith("signing-authority ", StringComparison.Ordinal)).ToList();
        Assert.True(commands.Count > 8);
        Assert.All(commands, line => Assert.Empty(SigningAuthority.CreateRoot().Parse(line["signing-authority ".Length..]).Errors));
    }

    [Fact]
    public void Every_event_and_every_metric_that_it_names_exists()
    {
        var events = File.ReadAllText(GeneratedDocument.PathOf("EVENTS.md"));
        var metrics = File.ReadAllText(GeneratedDocument.PathOf("Hosting", "StateGauges.cs")) + File.ReadAllText(GeneratedDocument.PathOf("Hosting", "RequestTelemetry.cs"));
        var words = Runbook.Split([' ', '\n', ',', ';', ':', '.', '(', ')', '*'], StringSplitOptions.RemoveEmptyEntries);
        Assert.All(words.Where(word => word.Length == 4 && word.All(char.IsAsciiDigit) && word[0] is '1' or '3' or '4').Where(word => word.Length == 4), word => Assert.Contains($"| {word} |", events, StringComparison.Ordinal));
        Assert.All(
            Runbook.Split('`').Where(text => text.StartsWith("signing.", StringComparison.Ordinal)),
            name => Assert.Contains($"\"{name}\"", metrics, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_section_says_how_it_is_noticed_or_when_and_when_it_is_done()
    {
        var sections = Runbook.Split("\n## ").Skip(1).ToList();
        Assert.All(sections, section => Assert.Contains("*Done when:*", section, StringComparison.Ordinal));
    }
}
