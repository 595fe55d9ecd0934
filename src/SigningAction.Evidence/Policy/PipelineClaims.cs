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
        PipelineClaim.Workflow => OfSource(identity, identity.SignerUri),
        PipelineClaim.ReusableWorkflow => FromElsewhere(identity),
        PipelineClaim.WorkflowCommit => ClaimValue.Given(identity.SignerDigest),
        PipelineClaim.CallerWorkflow => OfSource(identity, identity.CallerUri),
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

    /// <summary>
    /// The path of a file that belongs to the source: of the source repository, at the source ref. A repository may call its own file at
    /// another ref, a tag for example; then neither the ref that a rule asks for nor the protection of that branch says anything about it.
    /// </summary>
    private static ClaimValue OfSource(PipelineIdentity identity, string? uri)
    {
        if (uri is null || string.IsNullOrEmpty(identity.RepositoryUri) || string.IsNullOrEmpty(identity.SourceRef) || !WorkflowUri.TryParse(uri, out var workflow))
        {
            return ClaimValue.Unknown;
        }

        return workflow.Ref == identity.SourceRef && workflow.PathInside(identity.RepositoryUri) is { } path ? ClaimValue.Given(path) : ClaimValue.Absent;
    }

    private static ClaimValue FromElsewhere(PipelineIdentity identity) => OfSource(identity, identity.SignerUri) switch
    {
        { IsUnknown: true } => ClaimValue.Unknown,
        { Value: null } => ClaimValue.Given(WorkflowUri.PathOf(identity.SignerUri)),
        _ => ClaimValue.Absent,
    };

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
