namespace SigningAction.Evidence.Policy;

/// <summary>The claims of one identity, each read once a decision: thousands of rules ask for the same few.</summary>
internal sealed class ClaimValues(PipelineIdentity identity)
{
    private readonly ClaimValue?[] _read = new ClaimValue?[(int)PipelineClaim.OwnerUri + 1];

    public PipelineIdentity Identity => identity;

    public ClaimValue this[PipelineClaim claim] => _read[(int)claim] ??= PipelineClaims.Read(identity, claim);
}
