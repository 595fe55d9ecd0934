using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Commands;

/// <summary>
/// The inputs of the action as a request. An input that is absent or empty has its default: the runner hands over both as empty text. <c>required</c> is not
/// enforced by the runner either, so <see cref="RequestRules"/> looks at everything.
/// </summary>
/// <param name="environment">Holds the inputs.</param>
/// <param name="pipeline">Masks the token, and is told of what is skipped.</param>
/// <param name="native">
/// Whether this is the step without a container. Each kind of step has its own variables, and those of the other kind count for nothing: they can be an earlier step's.
/// </param>
internal sealed class ActionRequest(AgentEnvironment environment, IPipeline pipeline, bool native)
{
    /// <summary>What <c>with:</c> of any container step may hold besides the inputs.</summary>
    private static readonly string[] OfTheRunner = ["INPUT_ARGS", "INPUT_ENTRYPOINT"];

    /// <summary>The request; null where there is nothing to do: a fork's pull request, which the place was told.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>, or <see cref="AgentFault.NoIdentity"/> with <c>on-fork: fail</c>.</exception>
    public SigningRequest? Read()
    {
        if (Text(ActionInputs.GitHubToken) is { } secret)
        {
            // First of all: the fault of another input must not be told with it in clear.
            pipeline.Mask(secret);
        }

        RequireKnown();
        var request = new SigningRequest
        {
            Paths = Text(ActionInputs.SubjectPath) is { } list ? SubjectPathList.Parse(list) : [],
            Attest = true,
            Sign = Flag(ActionInputs.Sign),
            SubjectDigest = Text(ActionInputs.SubjectDigest),
            SubjectName = Text(ActionInputs.SubjectName),
            SubjectChecksums = Text(ActionInputs.SubjectChecksums),
            SubjectVersion = Text(ActionInputs.SubjectVersion),
            SbomPath = Text(ActionInputs.SbomPath),
            PredicateType = Text(ActionInputs.PredicateType),
            Predicate = Text(ActionInputs.Predicate),
            PredicatePath = Text(ActionInputs.PredicatePath),
            PushToRegistry = Flag(ActionInputs.PushToRegistry),
            CreateStorageRecord = Flag(ActionInputs.CreateStorageRecord),
            ShowSummary = Flag(ActionInputs.ShowSummary),
            GitHubToken = Text(ActionInputs.GitHubToken),
            Authority = Text(ActionInputs.Authority),
            PublishPrivateRepository = Flag(ActionInputs.PublishPrivateRepository),
            TrustedRoot = Text(ActionInputs.TrustedRoot),
            SigningConfig = Text(ActionInputs.SigningConfig),
            TufUrl = Text(ActionInputs.TufUrl),
            TufRoot = Text(ActionInputs.TufRoot),
            Release = Text(ActionInputs.Release),
            BundleDirectory = Text(ActionInputs.BundleDirectory),
            Wait = Time(ActionInputs.Wait),
            DryRun = Flag(ActionInputs.DryRun),
            ReadBack = Flag(ActionInputs.Verify),
        }.OrDeclared(environment);
        var skip = Choice(ActionInputs.OnFork, "skip", "fail") == "skip";
        RequestRules.Require(request);
        return !request.DryRun && ForkRun.IsHere(environment) ? Forked(skip) : request;
    }

    private SigningRequest? Forked(bool skip)
    {
        const string Why = "This pull request comes from a fork, and GitHub gives such runs no identity token: nothing can be signed.";
        if (!skip)
        {
            throw new AgentException(AgentFault.NoIdentity, $"{Why} Sign after the merge, or set on-fork to 'skip'.");
        }

        pipeline.Skip($"{Why} The step is skipped (on-fork: skip); it signs when the change is merged.");
        return null;
    }

    /// <summary>A misspelt input would be an option that was never set: the runner only warns about it.</summary>
    private void RequireKnown()
    {
        var prefix = native ? ActionInput.ShellPrefix : ActionInput.Prefix;
        foreach (var name in environment.Variables.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && !OfTheRunner.Contains(name)))
        {
            if (!ActionInputs.All.Any(input => Variable(input) == name))
            {
                var near = ActionInputs.All.FirstOrDefault(input => Normal(Variable(input)) == Normal(name));
                throw new AgentException(
                    AgentFault.Usage,
                    $"There is no input '{UntrustedText.OneLine(name[prefix.Length..].ToLowerInvariant())}' (the variable {UntrustedText.OneLine(name)}, from 'with' or from an 'env' of the workflow){(near is null ? $": the inputs are {string.Join(", ", ActionInputs.All.Select(input => input.Name))}." : $"; write '{near.Name}'.")}");
            }
        }
    }

    private static string Normal(string variable) => variable.Replace('_', '-').ToUpperInvariant();

    private string? Text(ActionInput input) => environment.Variable(Variable(input))?.Trim() is { Length: > 0 } given ? given
        : input.Default is { Length: > 0 } value && !value.StartsWith("${{", StringComparison.Ordinal) ? value : null;

    private string Variable(ActionInput input) => native ? input.ShellVariable : input.Variable;

    /// <summary>YAML's core schema, as the runner's own toolkit reads booleans.</summary>
    private bool Flag(ActionInput input) => Text(input) switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        var other => throw new AgentException(AgentFault.Usage, $"{input.Name} is '{UntrustedText.OneLine(other ?? "")}'; write true or false."),
    };

    private string Choice(ActionInput input, params string[] allowed) => Text(input) is { } text && allowed.Contains(text, StringComparer.Ordinal)
        ? text
        : throw new AgentException(AgentFault.Usage, $"{input.Name} is '{UntrustedText.OneLine(Text(input) ?? "")}'; write {string.Join(" or ", allowed)}.");

    private TimeSpan Time(ActionInput input) => Duration.TryParse(Text(input) ?? "", out var time)
        ? time
        : throw new AgentException(AgentFault.Usage, Duration.Sentence(input.Name, Text(input) ?? ""));
}
