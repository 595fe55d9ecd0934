using System.CommandLine;
using SigningAction.Authority.Policy;

namespace SigningAction.Authority.Commands;

/// <summary><c>signing-authority policy</c>, and of its subcommands the one that needs nothing but the language.</summary>
public static class PolicyCommand
{
    /// <summary>The command with its subcommands.</summary>
    /// <param name="others">Subcommands that need more than the policy, such as the issuers' configuration.</param>
    public static Command Create(params IEnumerable<Command> others)
    {
        var command = new Command("policy", "Check a signing policy, explain a decision, print the JSON schema.");
        foreach (var other in others)
        {
            command.Add(other);
        }

        command.Add(Schema());
        return command;
    }

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
