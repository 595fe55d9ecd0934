using System.Text;

namespace SigningAction.Evidence.Policy;

/// <summary>Name and value of each <see cref="PipelineClaim"/>.</summary>
public static class PipelineClaims
{
    private static readonly Dictionary<PipelineClaim, string> Names =
        Enum.GetValues<PipelineClaim>().ToDictionary(claim => claim, LowerSnake);

    /// <summary>The claim's name in the policy language and in messages, for example <c>repository_id</c>.</summary>
    public static string Name(PipelineClaim claim) => Names[claim];

    /// <summary>What <paramref name="identity"/> says about <paramref name="claim"/>. An empty string is no value.</summary>
    public static ClaimValue Read(PipelineIdentity identity, PipelineClaim claim) => claim switch
    {
        PipelineClaim.Issuer => ClaimValue.Given(identity.Issuer),
        PipelineClaim.RepositoryId => ClaimValue.Given(identity.RepositoryId),
        PipelineClaim.OwnerId => ClaimValue.Given(identity.OwnerId),
        PipelineClaim.Repository => PathOf(identity.RepositoryUri),
        PipelineClaim.Owner => PathOf(identity.OwnerUri),
        PipelineClaim.Event => ClaimValue.Given(identity.Event),
        PipelineClaim.Workflow => InRepository(identity, identity.SignerUri),
        PipelineClaim.ReusableWorkflow => OfAnotherRepository(identity),
        PipelineClaim.WorkflowCommit => ClaimValue.Given(identity.SignerDigest),
        PipelineClaim.CallerWorkflow => InRepository(identity, identity.CallerUri),
        PipelineClaim.CallerCommit => ClaimValue.Given(identity.CallerDigest),
        PipelineClaim.Ref => ClaimValue.Given(identity.SourceRef),
        PipelineClaim.Environment => string.IsNullOrEmpty(identity.Environment) ? ClaimValue.Absent : ClaimValue.Given(identity.Environment),
        PipelineClaim.Runner => ClaimValue.Given(identity.RunnerEnvironment),
        PipelineClaim.Visibility => ClaimValue.Given(identity.Visibility),
        PipelineClaim.Commit => ClaimValue.Given(identity.SourceDigest),
        PipelineClaim.SignerUri => ClaimValue.Given(identity.SignerUri),
        PipelineClaim.SignerWorkflowUri => WorkflowUri.TryParse(identity.SignerUri, out var signer) ? ClaimValue.Given(signer.FileUri) : ClaimValue.Unknown,
        PipelineClaim.RepositoryUri => ClaimValue.Given(identity.RepositoryUri),
        PipelineClaim.OwnerUri => ClaimValue.Given(identity.OwnerUri),
        _ => throw new ArgumentOutOfRangeException(nameof(claim), claim, "Not a claim."),
    };

    private static ClaimValue PathOf(string? uri) => uri is null ? ClaimValue.Unknown : ClaimValue.Given(WorkflowUri.PathOf(uri));

    private static ClaimValue InRepository(PipelineIdentity identity, string? uri)
    {
        if (uri is null || string.IsNullOrEmpty(identity.RepositoryUri) || !WorkflowUri.TryParse(uri, out var workflow))
        {
            return ClaimValue.Unknown;
        }

        return workflow.PathInside(identity.RepositoryUri) is { } path ? ClaimValue.Given(path) : ClaimValue.Absent;
    }

    private static ClaimValue OfAnotherRepository(PipelineIdentity identity)
    {
        if (string.IsNullOrEmpty(identity.RepositoryUri) || !WorkflowUri.TryParse(identity.SignerUri, out var workflow))
        {
            return ClaimValue.Unknown;
        }

        return workflow.PathInside(identity.RepositoryUri) is null ? ClaimValue.Given(WorkflowUri.PathOf(identity.SignerUri)) : ClaimValue.Absent;
    }

    private static string LowerSnake(PipelineClaim claim)
    {
        var text = new StringBuilder();
        foreach (var c in claim.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                _ = text.Append('_');
            }

            _ = text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
