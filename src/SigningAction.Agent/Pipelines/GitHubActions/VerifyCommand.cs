namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>A command with which a consumer verifies.</summary>
/// <param name="Text">As it is pasted, in full and quoted.</param>
/// <param name="NeedsBundle">Whether the bundle must lie beside the artifact; else the program finds it by the artifact.</param>
internal sealed record VerifyCommand(string Text, bool NeedsBundle);
