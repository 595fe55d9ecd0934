using System.Diagnostics;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Tests.Policy;

public sealed class AnchoredPatternTests
{
    [Theory] // P-11
    [InlineData("a|b", "xa", false)]
    [InlineData("a|b", "bx", false)]
    [InlineData("a|b", "b", true)]
    [InlineData("refs/heads/main", "refs/heads/main\n", false)]
    [InlineData("refs/heads/main$", "refs/heads/main\n", false)]
    [InlineData(".*", "a\nb", false)]
    [InlineData("v1.0", "v1x0", true)]
    [InlineData("(?m)^a$", "b\na\nb", false)]
    [InlineData("octo/app", "evil-octo/app", false)]
    public void A_pattern_matches_the_whole_value(string pattern, string value, bool matches) =>
        Assert.Equal(matches, PolicySamples.Pattern(pattern).Matches(value));

    [Theory]
    [InlineData("https://github.com/octo/app", "https://GitHub.com/Octo/APP", true)]
    [InlineData("octo/kit", "octo/\u212Ait", false)] // the Kelvin sign folds to k in Unicode
    [InlineData("octo/@pp", "octo/`pp", false)] // one bit apart, as letters of two cases are
    [InlineData("octo/a.p", "octo/app", false)]
    [InlineData("octo/app", "octo/app2", false)]
    [InlineData("octo/app", "octo/ap", false)]
    [InlineData("octo/app", "octo/app\n", false)]
    public void A_name_matches_itself_in_either_case_of_ascii_letters(string name, string value, bool matches) =>
        Assert.Equal(matches, AnchoredPattern.OfName(name).Matches(value));

    [Theory]
    [InlineData("octo/app", "Octo/App/.github/workflows/release.yml", true)]
    [InlineData("octo/app", "octo/app", false)]
    [InlineData("octo/app", "octo/app/", false)]
    [InlineData("octo/app", "octo/app-evil/x", false)]
    [InlineData("octo/app", "evil/octo/app/x", false)]
    [InlineData("octo/app", "octo/app/x\ny", false)]
    public void Below_a_name_is_what_follows_its_slash_on_one_line(string name, string value, bool matches) =>
        Assert.Equal(matches, AnchoredPattern.Below(name).Matches(value));

    [Theory] // P-11
    [InlineData("")]
    [InlineData("a)|(?:b")]
    [InlineData("(?=a)a")]
    [InlineData(@"(a)\1")]
    [InlineData("[")]
    [InlineData("((a{100}){100}){100}")]
    public void What_is_no_safe_pattern_does_not_compile(string pattern) => Assert.False(AnchoredPattern.TryCompile(pattern, out _));

    [Fact]
    public void A_pattern_has_a_length() => Assert.False(AnchoredPattern.TryCompile(new string('a', Limits.PatternCharacters + 1), out _));

    [Fact] // P-11: a backtracking engine needs 2^5000 steps for this
    public void A_pattern_made_to_explode_ends()
    {
        var watch = Stopwatch.StartNew();
        Assert.False(PolicySamples.Pattern("(a+)+").Matches(new string('a', 5000) + "!"));
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1));
    }
}
