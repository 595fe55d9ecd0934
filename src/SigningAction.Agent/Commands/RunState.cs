using SigningAction.Agent.Signing;

namespace SigningAction.Agent.Commands;

/// <summary>
/// Where the state of a run is: beside its bundles, which the workflow keeps anyway, under a name that is the request's own. So a rerun finds it, and two steps of one
/// job, one after the other or at the same time, never have the same one.
/// </summary>
internal static class RunState
{
    /// <summary>Names the file instead.</summary>
    public const string Variable = "SIGNING_AGENT_STATE";

    /// <summary>Where <see cref="Variable"/> says, else in the directory of the bundles, else where steps of one job share files; null where there is none of these.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotRead"/>.</exception>
    public static RunJournal? Open(SigningRequest request, SigningPlan plan, AgentEnvironment environment)
    {
        var directory = request.BundleDirectory ?? environment.Variable("RUNNER_TEMP");
        var path = environment.Variable(Variable) ?? (directory is null ? null : Path.Combine(directory, plan.Fingerprint(request.Authority) + RunJournal.Suffix));
        return path is null ? null : RunJournal.Open(Path.GetFullPath(path, environment.WorkingDirectory));
    }
}
