using System.CommandLine;
using SigningAction.Agent.Pipelines;

namespace SigningAction.Agent.Commands;

/// <summary><c>signing-agent action</c>: the step of GitHub Actions, asked for by its inputs.</summary>
internal static class ActionCommand
{
    private const string Description = """
        Run as the step of GitHub Actions: everything comes from the variables INPUT_... that the runner sets from 'with:',
        or with --native, where a shell stands between, from SIGNINGACTION_INPUT_... alone.
        A pull request from a fork, which gets no identity, is skipped with a notice unless on-fork says 'fail'.
        """;

    public static Command Create(AgentEnvironment environment, IPipeline pipeline, Func<SigningRequest, CancellationToken, Task<int>> run)
    {
        var native = new Option<bool>("--native") { Description = "The step without a container: its inputs are the variables SIGNINGACTION_INPUT_..." };
        var command = new Command("action", Description) { native };
        command.SetAction((parsed, cancellation) =>
        {
            try
            {
                if (MovableName(environment) is { } name)
                {
                    pipeline.Progress(
                        $"This action is used by the name '{name}', which can be moved to other code: pin a release by its commit, `uses: "
                            + $"{environment.Variable("GITHUB_ACTION_REPOSITORY") ?? "OWNER/SigningAction"}@COMMIT`, which names the program by digest.");
                }

                return new ActionRequest(environment, pipeline, parsed.GetValue(native)).Read() is { } request ? run(request, cancellation) : Task.FromResult(AgentFaults.Success);
            }
            catch (AgentException e)
            {
                pipeline.Fail(e);
                return Task.FromResult(AgentFaults.ExitCode(e.Fault));
            }
        });
        return command;
    }

    /// <summary>The tag or branch that the workflow uses this action by; null where it is a commit, or the action is of the workflow's own repository.</summary>
    private static string? MovableName(AgentEnvironment environment) =>
        environment.Variable("GITHUB_ACTION_REF") is { } reference && !(reference.Length is 40 or 64 && reference.All(char.IsAsciiHexDigitLower)) ? reference : null;
}
