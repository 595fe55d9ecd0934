using SigningAction.Evidence.Trust.Tuf;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Trust;

/// <summary>What a cache proves.</summary>
/// <param name="Trust">As far as it leads.</param>
/// <param name="Target">The target that was asked for; null where the cache does not lead so far.</param>
/// <param name="Failure">Why it does not.</param>
internal sealed record CachedTrust(TufTrust Trust, byte[]? Target, VerificationFailure? Failure)
{
    /// <summary>Whether nothing was ever kept, which is no fault.</summary>
    public bool IsEmpty => Failure is { Code: FailureCode.TufMissing } && Trust.TimestampVersion == 0;
}
