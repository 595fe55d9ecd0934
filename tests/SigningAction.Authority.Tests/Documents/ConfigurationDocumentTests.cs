using System.Globalization;
using System.Reflection;
using System.Text;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Hosting;

namespace SigningAction.Authority.Tests.Documents;

/// <summary>The reference of the configuration is made from what the program reads, so it can neither miss an option nor keep one that is gone.</summary>
public sealed class ConfigurationDocumentTests
{
    [Fact]
    public void The_reference_is_the_one_that_the_code_makes() => GeneratedDocument.AssertIs("CONFIGURATION.md", Written());

    [Fact]
    public void Every_option_says_what_it_is_and_why_it_is_so()
    {
        Assert.All(OptionsTable.All(), table => Assert.All(table.Properties, property =>
        {
            Assert.True(DocComments.Summary(property).EndsWith('.'), $"{table.NameOf(property)} has no description.");

            // A group has its reasons in its members; the parts of a mapping have theirs in the certificate's extensions, which they name.
            Assert.True(
                OptionsTable.IsGroup(property) || table.Type == typeof(ClaimMapping) || DocComments.Remarks(property).EndsWith('.'), $"{table.NameOf(property)} says not why.");
        }));
    }

    [Fact]
    public void Every_default_is_in_its_range()
    {
        foreach (var table in OptionsTable.All())
        {
            Assert.Empty(Authority.Settings.SettingRanges.Faults(Activator.CreateInstance(table.Type)!, name => name));
        }
    }

    [Fact]
    public void Every_command_and_every_option_of_it_says_what_it_is() => Assert.All(CommandLine.Commands(), command =>
    {
        Assert.False(string.IsNullOrWhiteSpace(command.Command.Description), command.Name);
        Assert.All(command.Command.Arguments, argument => Assert.False(string.IsNullOrWhiteSpace(argument.Description), $"{command.Name} {argument.Name}"));
        Assert.All(command.Command.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), $"{command.Name} {option.Name}"));
    });

    private static string Written()
    {
        var text = new StringBuilder("""
            # Configuration of signing-authority

            Made from the options, commands and constants of the program (`SIGNINGACTION_WRITE_DOCUMENTS=1` and the tests write it again): nothing is written here by hand.

            ## `authority.json`

            Names begin with a small letter; a name that is not known, or that stands twice, is an error, and so is a value out of its range: the server then does not start, and says every fault at once.
            A change is in force after a restart. What the parts of a mapping mean is in [EXCHANGE.md](EXCHANGE.md); who may sign is not here but in `signing-policy.yml` ([POLICY.md](POLICY.md)).

            | member | is | default | range | what it does | why |
            |---|---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var table in OptionsTable.All())
        {
            text.Append(table.ToMarkdown());
        }

        text.Append("\n## Environment\n\n").Append(DocComments.Summary(typeof(EnvironmentVariables))).Append("\n\n| variable | what it does |\n|---|---|\n");
        foreach (var field in typeof(EnvironmentVariables).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{field.GetRawConstantValue()}` | {GeneratedDocument.Cell(DocComments.Summary(field))} |\n");
        }

        text.Append("\n## Command line\n\nExit codes: ");
        text.AppendJoin(' ', typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"`{field.GetRawConstantValue()}`: {DocComments.Summary(field)}"));
        return text.Append("\n\n").Append(CommandLine.ToMarkdown()).ToString().TrimEnd() + "\n";
    }
}
