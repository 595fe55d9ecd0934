using CsCheck;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Tests.Encoding;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("octo/app", "octo/app")]
    [InlineData("a\u001B[31mb", "a\\u{1B}[31mb")]
    [InlineData("a\r\nb", "a\\u{D}\\u{A}b")]
    [InlineData("a\u202Eb", "a\\u{202E}b")]
    [InlineData("a\u200Bb", "a\\u{200B}b")]
    [InlineData("a\u2028b", "a\\u{2028}b")]
    [InlineData("a\u00A0b", "a\\u{A0}b")]
    [InlineData("a\u3164b", "a\\u{3164}b")]
    [InlineData("a\u115Fb", "a\\u{115F}b")]
    [InlineData("a\u1160b", "a\\u{1160}b")]
    [InlineData("a\uFFA0b", "a\\u{FFA0}b")]
    [InlineData("a\u2800b", "a\\u{2800}b")]
    [InlineData("a\u034Fb", "a\\u{34F}b")]
    [InlineData("a\uFE00b\uFE0F", "a\\u{FE00}b\\u{FE0F}")]
    [InlineData("a\u180Bb\u17B4", "a\\u{180B}b\\u{17B4}")]
    [InlineData("a\U000E0100b", "a\\u{E0100}b")]
    [InlineData("한글", "한글")]
    [InlineData("Größe", "Größe")]
    [InlineData("😀", "😀")]
    public void What_moves_the_cursor_or_hides_is_escaped_and_letters_stay(string text, string shown) =>
        Assert.Equal(shown, PrintableText.Neutralise(text));

    [Theory]
    [InlineData("##vso[task.setvariable variable=a]b", "\\u{23}#vso[task.setvariable variable=a]b")]
    [InlineData("a ###[set-output name=a]b", "a \\u{23}\\u{23}#[set-output name=a]b")]
    [InlineData("c#/#1", "c#/#1")]
    public void No_text_holds_a_command_for_a_runner(string text, string shown)
    {
        Assert.Equal(shown, PrintableText.Neutralise(text));
        Assert.Equal(shown, PrintableText.Exact(text));
    }

    [Fact]
    public void Half_a_character_is_escaped() => Assert.Equal("a\\u{D800}b", PrintableText.Neutralise("a\uD800b"));

    [Fact]
    public void Look_alikes_differ_in_the_exact_form() => Assert.Equal("\\u{43E}cto", PrintableText.Exact("\u043Ecto"));

    [Fact]
    public void A_long_text_is_cut_and_says_so() => Assert.EndsWith("… (700 more characters)", PrintableText.Neutralise(new string('a', 1000)), StringComparison.Ordinal);

    [Fact]
    public void No_text_leaves_a_control_character_behind() => Gen.String[Gen.Char, 0, 50].Sample(text =>
        !PrintableText.Neutralise(text).Any(char.IsControl) && PrintableText.IsPrintable(text) == (PrintableText.Neutralise(text) == text));
}
