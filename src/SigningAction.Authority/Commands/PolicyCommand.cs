using System.CommandLine;
using SigningAction.Authority.Policy;

namespace SigningAction.Authority.Commands;

/// <summary><c>signing-authority policy check|explain|schema</c>.</summary>
public static class PolicyCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("policy", "Check a signing policy, explain a decision, print the JSON schema.") { CheckCommand.Create(), ExplainCommand.Create(), Schema() };

    private static Command Schema()
    {
        var command = new Command("schema", $"Print the JSON schema for editors ({PolicySchema.FileName}).");
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(PolicySchema.Text());
            return 0;
        });
        return command;
    }
}
