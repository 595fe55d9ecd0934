using System.Text;
using System.Xml.Linq;
using SigningAction.Evidence.Tests.Documents;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Verification;

public sealed class FailureCodesTests
{
    private static readonly IReadOnlyList<FailureCode> Codes = [.. Enum.GetValues<FailureCode>().Where(code => code != FailureCode.None)];

    [Fact]
    public void Every_code_has_a_text_of_its_own_and_a_remedy_of_one_sentence()
    {
        Assert.Equal(Codes.Count, Codes.Select(FailureCodes.Text).Distinct(StringComparer.Ordinal).Count());
        Assert.All(Codes, code =>
        {
            Assert.All(FailureCodes.Text(code), c => Assert.True(char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_'));
            Assert.EndsWith(".", FailureCodes.Remedy(code), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void No_reason_is_no_code()
    {
        Assert.Equal(FailureCode.None, default(FailureCode));
        Assert.Throws<ArgumentOutOfRangeException>(() => FailureCodes.Remedy(FailureCode.None));
    }

    [Fact]
    public void The_published_table_lists_exactly_the_codes() => GeneratedDocument.RequireSame("src/SigningAction.Evidence/FAILURES.md", Written());

    private static string Written()
    {
        var text = new StringBuilder("""
            # Why evidence is refused

            Every refusal of `signing-verifier` and of `SigningAction.Evidence` carries exactly one of these codes. The set is closed: scripts may match them.
            A code never changes its meaning; a new one is a line in CHANGELOG.md. The tests compare this table with `Verification/FailureCode.cs`.

            | code | what is wrong | what to do |
            |---|---|---|

            """.ReplaceLineEndings("\n"));
        var summaries = Summaries();
        foreach (var code in Codes)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{FailureCodes.Text(code)}` | {summaries[code.ToString()]} | {FailureCodes.Remedy(code)} |\n");
        }

        return text.ToString();
    }

    private static Dictionary<string, string> Summaries()
    {
        const string Field = $"F:SigningAction.Evidence.Verification.{nameof(FailureCode)}.";
        return XDocument.Load(Path.ChangeExtension(typeof(FailureCode).Assembly.Location, ".xml")).Descendants("member")
            .Where(member => member.Attribute("name")!.Value.StartsWith(Field, StringComparison.Ordinal))
            .ToDictionary(
                member => member.Attribute("name")!.Value[Field.Length..],
                member => string.Join(' ', member.Element("summary")!.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
                StringComparer.Ordinal);
    }
}
