namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>One input of the action.</summary>
/// <param name="Name">As in <c>with:</c>, lower case with hyphens; the runner hands it over as the variable <see cref="Variable"/>.</param>
/// <param name="Default">What <c>action.yml</c> states as its default; empty where it states none.</param>
public sealed record ActionInput(string Name, string Default = "")
{
    /// <summary>What every <see cref="Variable"/> begins with.</summary>
    public const string Prefix = "INPUT_";

    /// <summary>What every <see cref="ShellVariable"/> begins with.</summary>
    public const string ShellPrefix = "SIGNINGACTION_INPUT_";

    /// <summary>The variable that the runner sets: upper case, hyphens kept.</summary>
    public string Variable => Prefix + Name.ToUpperInvariant();

    /// <summary>The same for a step that a shell starts: shells drop names with a hyphen. The native action sets it.</summary>
    public string ShellVariable => ShellPrefix + Name.ToUpperInvariant().Replace('-', '_');
}
