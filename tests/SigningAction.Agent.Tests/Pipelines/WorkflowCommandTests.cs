using CsCheck;
using SigningAction.Agent.Pipelines.GitHubActions;

namespace SigningAction.Agent.Tests.Pipelines;

public class WorkflowCommandTests
{
    [Fact]
    public void Data_escapes_percent_before_the_line_breaks() => Assert.Equal("50%25%0D%0A%250A", WorkflowCommand.EscapeData("50%\r\n%0A"));

    [Fact]
    public void A_property_cannot_begin_another_property() => Assert.Equal("a%3Ab%2Cc%25", WorkflowCommand.EscapeProperty("a:b,c%"));

    [Fact]
    public void An_annotation_is_one_line_and_one_command_whatever_is_in_it() => Gen.Select(Gen.String, Gen.String).Sample((title, message) =>
    {
        var line = WorkflowCommand.Error(title, message);
        return !line.Contains('\n', StringComparison.Ordinal) && !line.Contains('\r', StringComparison.Ordinal)
            && line.StartsWith("::error title=", StringComparison.Ordinal)
            && !line.Contains("##[", StringComparison.Ordinal);
    });
}
