using System.Security.Cryptography;
using System.Text;
using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>A job of GitHub Actions (github.com, GHE.com, GHES). The runner reads commands from standard error as from standard output.</summary>
public sealed class GitHubActionsPipeline(AgentEnvironment environment, ServiceClient services, SafeWriter writer) : IPipeline
{
    private const string CreatedPaths = "created_attestation_paths.txt";

    private const string NoPermission =
        "This job may not request an identity token: add `permissions: id-token: write` to it (and `contents: read`, because a permissions block takes "
        + "away all that it does not name). A pull request from a fork never gets one.";

    /// <summary>Whether <paramref name="environment"/> is a job of GitHub Actions.</summary>
    public static bool IsHere(AgentEnvironment environment) =>
        string.Equals(environment.Variable("GITHUB_ACTIONS"), "true", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public void Mask(string secret)
    {
        writer.Hide(secret);

        // A mask is one line: a secret with line breaks is masked piece by piece, or the rest of it would be printed in clear.
        foreach (var line in secret.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            writer.Command(WorkflowCommand.AddMask, WorkflowCommand.EscapeData(line));
        }
    }

    /// <inheritdoc/>
    public Task<IdentityToken> RequestTokenAsync(string audience, CancellationToken cancellation)
    {
        if (environment.Variable("ACTIONS_ID_TOKEN_REQUEST_URL") is not { } url || environment.Variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN") is not { } bearer)
        {
            throw new AgentException(AgentFault.NoIdentity, NoPermission);
        }

        writer.Hide(bearer);
        return new TokenEndpoint(services, url, bearer, environment.Time).RequestAsync(audience, Mask, cancellation);
    }

    /// <inheritdoc/>
    public void Progress(string line) => writer.Error(Plain(line));

    /// <inheritdoc/>
    public void Fold(string title, IReadOnlyList<string> lines)
    {
        writer.Error(WorkflowCommand.Group(title));
        foreach (var line in lines)
        {
            writer.Error(Plain(line));
        }

        writer.Error(WorkflowCommand.EndGroup);
    }

    /// <inheritdoc/>
    public void Skip(string why)
    {
        writer.Error(WorkflowCommand.Notice("signing-agent: nothing was signed", why));
        try
        {
            if (environment.Variable("GITHUB_STEP_SUMMARY") is { } summary)
            {
                File.AppendAllText(summary, StepSummary.Skipped(why), new UTF8Encoding(false));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The notice says the same, and a step that has nothing to do does not fail over where it says so.
            Progress($"The step summary cannot be written: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Fail(AgentException fault)
    {
        if (fault.ServerText is { } said)
        {
            // The words of a server are shown where no line is a command; the token that ends this is random, so they cannot end it.
            var token = RandomNumberGenerator.GetHexString(32, lowercase: true);
            writer.Error(WorkflowCommand.Group("What the service answered"));
            writer.Error(WorkflowCommand.StopCommands(token));
            writer.Error(Plain(said));
            writer.Error(WorkflowCommand.ResumeCommands(token));
            writer.Error(WorkflowCommand.EndGroup);
        }

        var message = fault.ServerText is null ? fault.Message : $"{fault.Message} It said: {fault.ServerText}";
        writer.Error(WorkflowCommand.Error($"signing-agent: {AgentFaults.Text(fault.Fault)}", message, fault.File is { } file ? Seen(file) : null, fault.Line));
    }

    /// <summary>
    /// A path within the workspace as seen from there. In a container the workspace is somewhere else than for the steps after this one, and the runner translates
    /// no output; steps begin in the workspace, so the relative path is right for all.
    /// </summary>
    public string Seen(string path)
    {
        var full = Path.GetFullPath(path, environment.WorkingDirectory);
        return environment.Variable("GITHUB_WORKSPACE") is { } workspace ? WorkspacePath.Within(full, workspace, Path.DirectorySeparatorChar) : full;
    }

    /// <inheritdoc/>
    public string Keep(string unfinished)
    {
        var path = Seen(unfinished);
        if (environment.Variable("GITHUB_OUTPUT") is { } outputs)
        {
            try
            {
                OutputFile.Append(outputs, ActionOutputs.StatePath, path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The run has failed already, and its message names the file.
                return path;
            }
        }

        return path;
    }

    /// <inheritdoc/>
    public void Publish(SigningReport report, bool summary)
    {
        try
        {
            Append(report, summary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(
                AgentFault.CannotWrite,
                $"Everything was signed, but the outputs of the step cannot be written: {UntrustedText.OneLine(e.Message)} The bundles are where they were to go.",
                e);
        }
    }

    private void Append(SigningReport report, bool summary)
    {
        if (environment.Variable("GITHUB_OUTPUT") is { } outputs && !report.DryRun)
        {
            var paths = report.Bundles.SelectMany(b => b.Paths).Distinct(StringComparer.Ordinal).Select(Seen).ToList();
            OutputFile.Append(outputs, ActionOutputs.BundlePath, paths[0]);
            OutputFile.Append(outputs, ActionOutputs.BundlePaths, string.Join('\n', paths));
            OutputFile.Append(outputs, ActionOutputs.LogIndex, string.Join('\n', report.Bundles.Select(b => b.LogIndex).OfType<long>()));
            OutputFile.Append(outputs, ActionOutputs.CertificateIdentity, report.Identity);
            AppendList(outputs, ActionOutputs.AttestationId, ActionOutputs.AttestationIds, [.. report.Bundles.Select(b => b.AttestationId).OfType<string>()]);
            AppendList(outputs, ActionOutputs.AttestationUrl, ActionOutputs.AttestationUrls, [.. report.Bundles.Select(b => b.AttestationUrl?.AbsoluteUri).OfType<string>()]);
            if (report.StorageRecordIds.Count > 0)
            {
                OutputFile.Append(outputs, ActionOutputs.StorageRecordIds, string.Join(',', report.StorageRecordIds));
            }
        }

        if (environment.Variable("RUNNER_TEMP") is { } temporary && Directory.Exists(temporary) && !report.DryRun)
        {
            // Where actions/attest collects what every step of a job attested, and its users look for it.
            var attested = report.Bundles.Where(b => b.PredicateType is not null).SelectMany(b => b.Paths).Distinct(StringComparer.Ordinal);
            File.AppendAllText(Path.Combine(temporary, CreatedPaths), string.Concat(attested.Select(path => Seen(path) + "\n")), new UTF8Encoding(false));
        }

        if (summary && environment.Variable("GITHUB_STEP_SUMMARY") is { } file)
        {
            File.AppendAllText(file, StepSummary.Of(report, Seen), new UTF8Encoding(false));
        }
    }

    private static void AppendList(string outputs, string first, string all, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            OutputFile.Append(outputs, first, values[0]);
            OutputFile.Append(outputs, all, string.Join('\n', values));
        }
    }

    /// <summary>A line that is no command: those begin with <c>::</c> after any blanks.</summary>
    private static string Plain(string line)
    {
        var text = UntrustedText.OneLine(line);
        return text.AsSpan().TrimStart().StartsWith("::", StringComparison.Ordinal) ? "| " + text : text;
    }
}
