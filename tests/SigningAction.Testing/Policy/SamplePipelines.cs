using SigningAction.Evidence.Policy;

namespace SigningAction.Testing.Policy;

/// <summary>Pipelines of an invented organisation, as GitHub's token of such a job maps to an identity.</summary>
public static class SamplePipelines
{
    /// <summary>GitHub's issuer.</summary>
    public const string GitHub = "https://token.actions.githubusercontent.com";

    /// <summary>Id of octo/app.</summary>
    public const string RepositoryId = "1234";

    /// <summary>Id of octo.</summary>
    public const string OwnerId = "99";

    /// <summary>The commit that is built.</summary>
    public const string Commit = "1111111111111111111111111111111111111111";

    /// <summary>A push to main of octo/app that runs its own release workflow in the environment production on a hosted runner.</summary>
    public static PipelineIdentity Release { get; } = new()
    {
        Issuer = GitHub,
        Subject = "repo:octo/app:environment:production",
        SignerUri = "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main",
        SignerDigest = Commit,
        RunnerEnvironment = "github-hosted",
        RepositoryUri = "https://github.com/octo/app",
        SourceDigest = Commit,
        SourceRef = "refs/heads/main",
        RepositoryId = RepositoryId,
        OwnerUri = "https://github.com/octo",
        OwnerId = OwnerId,
        CallerUri = "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main",
        CallerDigest = Commit,
        Event = "push",
        RunUri = "https://github.com/octo/app/actions/runs/7/attempts/1",
        Visibility = "public",
        Environment = "production",
        WorkflowName = "release",
        RepositoryName = "octo/app",
    };

    /// <summary>The same on another branch or tag: source and workflow file move together.</summary>
    public static PipelineIdentity At(string reference) => Release with
    {
        SourceRef = reference,
        SignerUri = "https://github.com/octo/app/.github/workflows/release.yml@" + reference,
        CallerUri = "https://github.com/octo/app/.github/workflows/release.yml@" + reference,
    };

    /// <summary>The same, but the job runs a file of <paramref name="file"/>, <c>OWNER/NAME/PATH@REF</c>.</summary>
    public static PipelineIdentity Calling(string file) => Release with { SignerUri = "https://github.com/" + file, SignerDigest = new string('2', 40) };
}
