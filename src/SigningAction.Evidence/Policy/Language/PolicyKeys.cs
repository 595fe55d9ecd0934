
namespace SigningAction.Evidence.Policy.Language;

/// <summary>Every condition of the policy language, in the order of the reference.</summary>
internal static class PolicyKeys
{
    private const string Commit = "[0-9a-f]{40}|[0-9a-f]{64}";

    /// <summary>A number as GitHub and GitLab give, or a UUID as Buildkite and Kubernetes do.</summary>
    private const string Id = "[1-9][0-9]{0,19}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private const string Name = "[A-Za-z0-9_.-]+";
    private const string RefCharacters = @"[^\s*?:\[\\\^~]+";
    private const string File = @"([^/@*\s]+/)*[^/@*]+\.ya?ml";

    public static IReadOnlyList<PolicyKey> All { get; } =
    [
        new(PipelineClaim.Issuer, @"(?:https://|http://(?:localhost|127\.0\.0\.1|\[::1\])[:/])[^\s*?#]+", "an issuer's exact URL, https://… (http:// on loopback only)",
            "OIDC issuer, exact. An id means something only beside its issuer. Default: the issuer at the top of the file."),
        new(PipelineClaim.RepositoryId, Id, "a repository's id, a number or UUID",
            "Id of the source repository. It stays when the repository is renamed and is never given again.") { IsNumeric = true },
        new(PipelineClaim.OwnerId, Id, "an owner's id, a number or UUID",
            "Id of the source repository's owner. Alone it stands for every repository of that owner.") { IsNumeric = true },
        new(PipelineClaim.Repository, $"{Name}(/{Name})+", "OWNER/NAME",
            "Name of the source repository, OWNER/NAME. Beside its id: a pipeline must have both."),
        new(PipelineClaim.Owner, $"{Name}(/{Name})*", "an owner's name",
            "Name of the source repository's owner. Beside its id: a pipeline must have both."),
        new(PipelineClaim.Event, "[a-z][a-z0-9_]*", "an event's name, like push",
            "Event that started the run. Every event must be named. Strangers can cause pull_request_target, "
                + "pull_request, workflow_run, issue_comment, issues, fork, watch and more."),
        new(PipelineClaim.Workflow, File, "a path inside the repository, like .github/workflows/release.yml",
            "File that runs the job, of the source repository and at the source ref."),
        new(PipelineClaim.ReusableWorkflow, $@"{Name}(/{{1,2}}[^/@*\s]+)+@(refs/{RefCharacters}|{Commit})", "OWNER/NAME/PATH@REF with a full ref or commit, like octo/ci/.github/workflows/build.yml@refs/tags/v1",
            "File that runs the job when it is of another repository, or of the source repository at another ref; with the ref at which it is called."),
        new(PipelineClaim.SignerUri, @"https://[^\s*]+", "an exact URI, https://…",
            "What runs the job, exact, where the platform has no workflow file at a ref (Buildkite, Kubernetes): the certificate's subject alternative name."),
        new(PipelineClaim.WorkflowCommit, Commit, "a whole commit in lowercase hexadecimal",
            "Commit of the file that runs the job (GitHub: job_workflow_sha). It holds when a tag is moved.") { IsNumeric = true },
        new(PipelineClaim.CallerWorkflow, File, "a path inside the repository, like .github/workflows/release.yml",
            "Top-level file of the run, of the source repository and at the source ref: the one that calls a reusable workflow."),
        new(PipelineClaim.CallerCommit, Commit, "a whole commit in lowercase hexadecimal",
            "Commit of the top-level file (GitHub: workflow_sha).") { IsNumeric = true },
        new(PipelineClaim.Ref, $"refs/{RefCharacters}", "a full ref, like refs/heads/main or refs/tags/v1",
            "Source branch or tag, in full, so that a tag named main is not the branch main."),
        new(PipelineClaim.Environment, @"[^*\s]([^*]*[^*\s])?", "an environment's name",
            "Deployment environment of the job."),
        Words(PipelineClaim.Runner, ["github-hosted", "gitlab-hosted", "self-hosted"],
            "Kind of runner."),
        Words(PipelineClaim.Visibility, ["public", "private", "internal"],
            "Visibility of the source repository when it signs."),
    ];

    private static PolicyKey Words(PipelineClaim claim, IReadOnlyList<string> words, string description) =>
        new(claim, string.Join('|', words), string.Join(", ", words.SkipLast(1)) + " or " + words[^1], description) { Words = words };
}
