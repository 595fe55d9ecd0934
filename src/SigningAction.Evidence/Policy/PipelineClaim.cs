namespace SigningAction.Evidence.Policy;

/// <summary>
/// What can be asked of a <see cref="PipelineIdentity"/>: a closed set. The order is the order in which a refusal looks for its reason:
/// whose pipeline it is, then what started it and from which ref, then what runs, then where.
/// </summary>
public enum PipelineClaim
{
    /// <summary>Never used: a default value asks nothing.</summary>
    None = 0,

    /// <summary>OIDC issuer, exact. Ids mean something only beside it.</summary>
    Issuer,

    /// <summary>Numeric id of the source repository.</summary>
    RepositoryId,

    /// <summary>Numeric id of the source repository's owner.</summary>
    OwnerId,

    /// <summary>Source repository as <c>OWNER/NAME</c>, without the host.</summary>
    Repository,

    /// <summary>Owner of the source repository, without the host.</summary>
    Owner,

    /// <summary>Event that started the run.</summary>
    Event,

    /// <summary>Source branch or tag, <c>refs/…</c>.</summary>
    Ref,

    /// <summary>File that runs the job, as a path inside the source repository. Absent when the file is of another repository or at another ref.</summary>
    Workflow,

    /// <summary>File that runs the job when it is of another repository or at another ref, as <c>OWNER/NAME/PATH@REF</c>. Absent otherwise.</summary>
    ReusableWorkflow,

    /// <summary>Commit of the file that runs the job (GitHub: <c>job_workflow_sha</c>).</summary>
    WorkflowCommit,

    /// <summary>Top-level file of the run, as a path inside the source repository.</summary>
    CallerWorkflow,

    /// <summary>Commit of the top-level file (GitHub: <c>workflow_sha</c>).</summary>
    CallerCommit,

    /// <summary>Deployment environment of the job. Absent when the job names none.</summary>
    Environment,

    /// <summary>Kind of runner: <c>github-hosted</c>, <c>gitlab-hosted</c>, <c>self-hosted</c>.</summary>
    Runner,

    /// <summary>Visibility of the source repository: <c>public</c>, <c>private</c>, <c>internal</c>.</summary>
    Visibility,

    /// <summary>Source commit.</summary>
    Commit,

    /// <summary>The whole URI of the file that runs the job, with its ref: the certificate's subject alternative name.</summary>
    SignerUri,

    /// <summary>The URI of the file that runs the job without its ref, <c>https://HOST/OWNER/NAME/PATH</c>.</summary>
    SignerWorkflowUri,

    /// <summary>The whole URI of the source repository.</summary>
    RepositoryUri,

    /// <summary>The whole URI of the owner.</summary>
    OwnerUri,
}
