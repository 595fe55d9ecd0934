namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>One input of the action.</summary>
/// <param name="Name">As in <c>with:</c>, lower case with hyphens; the runner hands it over as the variable <see cref="Variable"/>.</param>
/// <param name="Default">What <c>action.yml</c> states as its default; empty where it states none.</param>
public sealed record ActionInput(string Name, string Default = "")
{
    /// <summary>The variable that the runner sets: upper case, hyphens kept.</summary>
    public string Variable => "INPUT_" + Name.ToUpperInvariant();

    /// <summary>The same for a step that a shell starts: shells drop names with a hyphen. The native action sets it, and no runner sets <see cref="Variable"/> there.</summary>
    public string ShellVariable => "SIGNINGACTION_INPUT_" + Name.ToUpperInvariant().Replace('-', '_');
}
