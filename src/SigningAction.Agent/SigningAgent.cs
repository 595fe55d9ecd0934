using System.Diagnostics.CodeAnalysis;
using SigningAction.Agent.Commands;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Pipelines.Local;
using SigningAction.Agent.Publishing;
using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;

namespace SigningAction.Agent;

/// <summary>The agent as a function: <c>signing-agent</c> is this with the process's own surroundings.</summary>
public static class SigningAgent
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">Arguments without the program's name.</param>
    /// <param name="environment">Everything outside that the run may touch.</param>
    /// <param name="cancellation">Stops the run; no partial file stays behind.</param>
    /// <returns>The exit code, one of <see cref="AgentFaults"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, AgentEnvironment environment, CancellationToken cancellation = default)
    {
        var writer = new SafeWriter(environment.Out, environment.Error);
        using var http = ServiceHttp.CreateClient(environment.Network);
        var client = new ServiceClient(http, environment.Time, WaitBudget.Default);
        IPipeline pipeline = GitHubActionsPipeline.IsHere(environment)
            ? new GitHubActionsPipeline(environment, client, writer)
            : new LocalPipeline(writer);
        TokenSource.MaskGiven(args, environment, pipeline);
        return await CommandLine.InvokeAsync(
            args, environment, pipeline, (request, stop) => RunAsync(request, new SigningRun(environment, pipeline, client), client, pipeline, writer, stop), cancellation);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The last line before the process ends: a fault of ours becomes exit code 3 and a sentence, not a crash dump with a token in it.")]
    private static async Task<int> RunAsync(SigningRequest request, SigningRun run, ServiceClient client, IPipeline pipeline, SafeWriter writer, CancellationToken cancellation)
    {
        AgentException fault;
        try
        {
            var report = Stripped(await run.RunAsync(request, cancellation), writer);
            foreach (var line in request.Json ? [Report.Json(report)] : Report.Text(report, pipeline.Seen))
            {
                writer.Out(line);
            }

            pipeline.Publish(report, request.ShowSummary);
            foreach (var warning in report.Publications.Where(p => p is { State: PublicationState.Failed, Optional: true }))
            {
                pipeline.Progress($"Not published ({warning.Target}), which fails nothing: {warning.Problem}");
            }

            var missing = report.Publications.Where(p => p is { State: PublicationState.Failed, Optional: false }).ToList();
            if (missing is [])
            {
                return AgentFaults.Success;
            }

            var others = missing.Count == 1 ? "" : $" And {missing.Count - 1} more.";
            throw new AgentException(
                AgentFault.NotPublished, $"Everything was signed and is kept in files, but '{UntrustedText.OneLine(missing[0].Bundle)}' was not published to {missing[0].Target}: {missing[0].Problem}{others}")
            {
                ServerText = missing[0].ServerText,
            };
        }
        catch (AgentException e)
        {
            fault = client.Clock.Explain(e);
        }
        catch (OperationCanceledException e) when (cancellation.IsCancellationRequested)
        {
            fault = new AgentException(AgentFault.Stopped, "Stopped before everything was signed; no partial file was left.", e);
        }
        catch (Exception e)
        {
            fault = new AgentException(AgentFault.Internal, $"A fault of signing-agent itself ({e.GetType().Name}). Run again; if it stays so, report it with this line.", e);
        }

        if (run.Unfinished is { } unfinished)
        {
            var kept = pipeline.Keep(unfinished);
            fault = fault.With($"What was done so far is kept in '{UntrustedText.OneLine(kept)}': the same run, done again with that file in its place, goes on from there.");
        }

        fault = fault.With(writer.Redact);

        // What was not published stands in the report already, and a second document would make both unreadable.
        if (request.Json && fault.Fault != AgentFault.NotPublished)
        {
            writer.Out(Report.Json(fault));
        }

        pipeline.Fail(fault);
        return AgentFaults.ExitCode(fault.Fault);
    }

    /// <summary>
    /// Without the secrets that a service may have repeated. The writer strips what is printed, but the summary is a file, and in JSON and Markdown a secret is escaped before the writer sees it.
    /// </summary>
    private static SigningReport Stripped(SigningReport report, SafeWriter writer) => report with
    {
        Publications = [.. report.Publications.Select(p => p with
        {
            Problem = p.Problem is null ? null : writer.Redact(p.Problem),
            ServerText = p.ServerText is null ? null : writer.Redact(p.ServerText),
            Id = p.Id is null ? null : writer.Redact(p.Id),
        })],
    };
}
