using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Verification;

/// <summary>One thing that a caller asks of the signer, and the reason that is given when it does not hold.</summary>
/// <param name="Code">The reason of a refusal.</param>
/// <param name="What">The claim in words, for example <c>source repository</c>.</param>
/// <param name="Asked">What the caller asked for, in words.</param>
/// <param name="Condition">The same in the terms of the one matcher.</param>
internal sealed record IdentityRequirement(FailureCode Code, string What, string Asked, Condition Condition)
{
    /// <exception cref="EvidenceException">With <see cref="Code"/>.</exception>
    public void Require(PipelineIdentity signer)
    {
        if (Condition.IsMetBy(signer))
        {
            return;
        }

        var value = PipelineClaims.Read(signer, Condition.Claim).Value;
        var actual = string.IsNullOrEmpty(value) ? "not stated" : PrintableText.Exact(value);
        throw new EvidenceException(Code, $"The {What} is {actual}; asked for is {PrintableText.Exact(Asked)}.");
    }
}
