using SigningAction.Evidence.Policy;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// Claims of GitHub Actions → pipeline identity, as Fulcio's configuration for GitHub maps them. <c>sub</c> is carried along and never read:
/// its format is the customer's choice and changed in 2026.
/// </summary>
internal static class GitHubIdentity
{
    /// <exception cref="TokenRefusedException">A claim that the certificate needs is absent, empty or not a string.</exception>
    public static PipelineIdentity From(TokenClaims claims, IssuerOptions issuer)
    {
        // The tokens of people and of other services of the same issuer have none of these: say so instead of naming one missing claim.
        if (!claims.Has("job_workflow_ref") && !claims.Has("workflow_ref") && !claims.Has("run_id"))
        {
            throw new TokenRefusedException(TokenRefusal.NotAPipeline, "The token is not that of a workflow run.");
        }

        var repository = claims.Required("repository");
        var job = $"{claims.Required("run_id")}/attempts/{claims.Required("run_attempt")}";
        return new PipelineIdentity
        {
            Issuer = issuer.Url,
            Subject = claims.Required("sub"),
            SignerUri = $"{issuer.ServerUrl}/{claims.Required("job_workflow_ref")}",
            SignerDigest = claims.Optional("job_workflow_sha"),
            RunnerEnvironment = claims.Required("runner_environment"),
            RepositoryUri = $"{issuer.ServerUrl}/{repository}",
            SourceDigest = claims.Required("sha"),
            SourceRef = claims.Required("ref"),
            RepositoryId = claims.Required("repository_id"),
            OwnerUri = $"{issuer.ServerUrl}/{claims.Required("repository_owner")}",
            OwnerId = claims.Required("repository_owner_id"),
            CallerUri = $"{issuer.ServerUrl}/{claims.Required("workflow_ref")}",
            CallerDigest = claims.Optional("workflow_sha"),
            Event = claims.Required("event_name"),
            RunUri = $"{issuer.ServerUrl}/{repository}/actions/runs/{job}",
            Visibility = claims.Optional("repository_visibility"),
            Environment = claims.Optional("environment"),
            WorkflowName = claims.Optional("workflow"),
            RepositoryName = repository,
        };
    }
}
