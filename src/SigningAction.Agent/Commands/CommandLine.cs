using System.CommandLine;
using SigningAction.Agent.Pipelines;

namespace SigningAction.Agent.Commands;

/// <summary>The command line: verbs, help, and usage errors as exit code 2.</summary>
internal static class CommandLine
{
    private const string Description = """
        Signs and attests files with the identity of a pipeline: an OIDC token becomes a certificate for minutes, with a key that stays in memory.

        Exit codes: 0 signed, verified and written; 1 refused (policy, token, evidence, file); 2 usage; 3 could not (service down, input or output).
        """;

    /// <summary>Parses and runs.</summary>
    public static async Task<int> InvokeAsync(
        IReadOnlyList<string> args, AgentEnvironment environment, IPipeline pipeline, Func<SigningRequest, CancellationToken, Task<int>> run, CancellationToken cancellation)
    {
        Task<int> RunAsync(SigningRequest request, CancellationToken stop)
        {
            if (ForeignCode.Notable(environment) is { Count: > 0 } notable)
            {
                pipeline.Progress($"Set by the environment, and followed: {string.Join(", ", notable)}.");
            }

            return run(request, stop);
        }

        var root = new RootCommand(Description)
        {
            AttestCommand.Create(environment, RunAsync),
            SignCommand.Create(RunAsync),
            ActionCommand.Create(environment, pipeline, RunAsync),
        };

        // A file may be called '@x': it is a path, not a file of further arguments.
        var result = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
            {
                pipeline.Fail(new AgentException(AgentFault.Usage, $"{error.Message} Run 'signing-agent --help' or 'signing-agent VERB --help'."));
            }

            return AgentFaults.Usage;
        }

        try
        {
            ForeignCode.Refuse(environment);
        }
        catch (AgentException e)
        {
            pipeline.Fail(e);
            return AgentFaults.ExitCode(e.Fault);
        }

        var configuration = new InvocationConfiguration
        {
            Output = environment.Out,
            Error = environment.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await result.InvokeAsync(configuration, cancellation);
    }
}
