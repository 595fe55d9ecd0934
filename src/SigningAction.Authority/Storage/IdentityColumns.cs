using SigningAction.Evidence.Policy;

namespace SigningAction.Authority.Storage;

/// <summary>The part of a <see cref="PipelineIdentity"/> that people search by; the whole of it is in the leaf.</summary>
/// <param name="Issuer">OIDC issuer.</param>
/// <param name="Signer">URI of the workflow that ran the job, with its ref.</param>
/// <param name="Repository">URI of the source repository.</param>
/// <param name="RepositoryId">Its numeric id.</param>
/// <param name="OwnerId">Numeric id of its owner.</param>
/// <param name="SourceRef">Source ref.</param>
/// <param name="SourceDigest">Source commit.</param>
/// <param name="Event">Event that started the run.</param>
/// <param name="Runner">Runner environment.</param>
public sealed record IdentityColumns(
    string Issuer, string Signer, string? Repository, string? RepositoryId, string? OwnerId, string? SourceRef, string? SourceDigest, string? Event, string? Runner)
{
    /// <summary>The columns of <paramref name="identity"/>.</summary>
    public static IdentityColumns Of(PipelineIdentity identity) => new(
        identity.Issuer,
        identity.SignerUri,
        identity.RepositoryUri,
        identity.RepositoryId,
        identity.OwnerId,
        identity.SourceRef,
        identity.SourceDigest,
        identity.Event,
        identity.RunnerEnvironment);
}
