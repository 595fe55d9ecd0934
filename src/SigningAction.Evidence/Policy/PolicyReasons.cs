using System.Text;

namespace SigningAction.Evidence.Policy;

/// <summary>Text and remedy of each <see cref="PolicyReason"/>.</summary>
public static class PolicyReasons
{
    private static readonly Dictionary<PolicyReason, string> Texts =
        Enum.GetValues<PolicyReason>().ToDictionary(reason => reason, UpperSnake);

    /// <summary>The stable text of a reason, for example <c>EVENT_NOT_ALLOWED</c>.</summary>
    public static string Text(PolicyReason reason) => Texts[reason];

    /// <summary>What can be done about it, one sentence.</summary>
    public static string Remedy(PolicyReason reason) => reason switch
    {
        PolicyReason.Allowed => "Nothing to do.",
        PolicyReason.DeniedByRule => "An administrator must change or remove the deny rule if this pipeline is to sign.",
        PolicyReason.NoRules => "An administrator must add an allow rule to the signing policy.",
        PolicyReason.IdsMissing => "Use a platform whose tokens carry repository and owner ids, or map them in the issuer's configuration.",
        PolicyReason.ClaimMissing => "Make the job give that claim (an environment is named in the workflow), or change the rule.",
        PolicyReason.IssuerNotAllowed => "An administrator must add an allow rule for this issuer.",
        PolicyReason.RepositoryNotAllowed => "An administrator must add an allow rule with this repository's id.",
        PolicyReason.OwnerChanged => "The repository moved to another owner, or the rule names a wrong one: check who owns it now, then correct owner_id.",
        PolicyReason.NameReused => "Find out who owns the repository now; if it is yours, put its new id into the rule.",
        PolicyReason.NameChanged => "If the repository was renamed or moved on purpose, put the new name into the rule or leave the name out.",
        PolicyReason.EventNotAllowed => "Start the workflow by an event that the rule names; name another one only if strangers cannot cause it.",
        PolicyReason.WorkflowNotAllowed => "Sign in the workflow file that the rule names, or add a rule for this one.",
        PolicyReason.CommitNotAllowed => "The workflow file changed since it was approved: review it, then put its commit into the rule.",
        PolicyReason.RefNotAllowed => "Sign from the branch or tag that the rule names, or add a rule for this one.",
        PolicyReason.EnvironmentNotAllowed => "Run the job in the environment that the rule names.",
        PolicyReason.RunnerNotAllowed => "Run the job on the kind of runner that the rule names.",
        PolicyReason.VisibilityNotAllowed => "The repository's visibility changed: decide whether it may sign, then change the rule.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason."),
    };

    internal static PolicyReason OfMissed(PipelineClaim claim) => claim switch
    {
        PipelineClaim.Issuer => PolicyReason.IssuerNotAllowed,
        PipelineClaim.RepositoryId or PipelineClaim.OwnerId => PolicyReason.RepositoryNotAllowed,
        PipelineClaim.Repository or PipelineClaim.Owner or PipelineClaim.RepositoryUri or PipelineClaim.OwnerUri => PolicyReason.NameChanged,
        PipelineClaim.Event => PolicyReason.EventNotAllowed,
        PipelineClaim.Workflow or PipelineClaim.ReusableWorkflow or PipelineClaim.CallerWorkflow
            or PipelineClaim.SignerUri or PipelineClaim.SignerWorkflowUri => PolicyReason.WorkflowNotAllowed,
        PipelineClaim.WorkflowCommit or PipelineClaim.CallerCommit or PipelineClaim.Commit => PolicyReason.CommitNotAllowed,
        PipelineClaim.Ref => PolicyReason.RefNotAllowed,
        PipelineClaim.Environment => PolicyReason.EnvironmentNotAllowed,
        PipelineClaim.Runner => PolicyReason.RunnerNotAllowed,
        PipelineClaim.Visibility => PolicyReason.VisibilityNotAllowed,
        _ => throw new ArgumentOutOfRangeException(nameof(claim), claim, "Not a claim."),
    };

    private static string UpperSnake(PolicyReason reason)
    {
        var text = new StringBuilder();
        foreach (var c in reason.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                _ = text.Append('_');
            }

            _ = text.Append(char.ToUpperInvariant(c));
        }

        return text.ToString();
    }
}
