using System.CommandLine;
using System.Globalization;
using System.Text;

namespace SigningAction.Authority.Tests.Documents;

/// <summary>The command line of the authority, read off the commands themselves.</summary>
internal static class CommandLine
{
    /// <summary>Every command that does something, with the commands above it.</summary>
    public static IEnumerable<(string Name, Command Command)> Commands() => Below("", SigningAuthority.CreateRoot());

    public static string ToMarkdown()
    {
        var text = new StringBuilder();
        foreach (var (name, command) in Commands())
        {
            text.Append(CultureInfo.InvariantCulture, $"### `{string.Join(' ', [name, .. command.Arguments.Select(argument => argument.Name)])}`\n\n{command.Description}\n\n");
            var rows = command.Arguments.Select(argument => ($"`{argument.Name}`", argument.Description, ""))
                .Concat(command.Options.Select(option => ($"`{option.Name}`", option.Description, option.Required ? "**required**" : Default(option))))
                .ToList();
            text.Append(rows.Count == 0 ? "" : "| | default | |\n|---|---|---|\n");
            foreach (var (what, description, value) in rows)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {what} | {value} | {GeneratedDocument.Cell(description ?? "")} |\n");
            }

            text.Append(rows.Count == 0 ? "" : "\n");
        }

        return text.ToString();
    }

    private static string Default(Option option) => option.HasDefaultValue && option.GetDefaultValue() is { } value and not (Array or false) ? $"`{value}`" : "";

    private static IEnumerable<(string Name, Command Command)> Below(string path, Command command)
    {
        foreach (var child in command.Subcommands)
        {
            var name = path.Length == 0 ? child.Name : $"{path} {child.Name}";
            if (child.Action is not null)
            {
                yield return (name, child);
            }

            foreach (var below in Below(name, child))
            {
                yield return below;
            }
        }
    }
}
