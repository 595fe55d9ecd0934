using CsCheck;
using SigningAction.Agent.Pipelines;

namespace SigningAction.Agent.Tests.Pipelines;

public class UntrustedTextTests
{
    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\r::error::x")]
    [InlineData("a\u001b[2Jb")]
    [InlineData("a\u202eb")]
    [InlineData("a\u2028b")]
    [InlineData("a\u0085b")]
    public void Text_that_could_end_a_line_or_drive_a_terminal_is_shown_as_escapes(string text)
    {
        var line = UntrustedText.OneLine(text);
        Assert.Contains(@"\u{", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line, c => char.IsControl(c) || c is '\u202e' or '\u2028');
        Assert.False(UntrustedText.IsPrintable(text));
    }

    [Fact]
    public void No_text_holds_the_beginning_of_a_runner_command_afterwards() => Gen.String[Gen.Char["#[v:s%\n\u001bé"], 0, 30].Sample(text =>
        !UntrustedText.OneLine(text).Contains("##", StringComparison.Ordinal) && !UntrustedText.OneLine(text).Contains('\n', StringComparison.Ordinal));

    [Fact]
    public void Ordinary_names_stay_as_they_are() => Assert.Equal("Übung #1: 100% (final).zip", UntrustedText.OneLine("Übung #1: 100% (final).zip"));
}
