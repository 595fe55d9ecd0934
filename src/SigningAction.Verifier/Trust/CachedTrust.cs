using SigningAction.Evidence.Trust.Tuf;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Trust;

/// <summary>What a cache proves.</summary>
/// <param name="Trust">As far as it leads.</param>
/// <param name="Target">The target that was asked for; null where the cache does not lead so far.</param>
/// <param name="Failure">Why it does not: an <see cref="EvidenceException"/>, or a <see cref="ProblemException"/> where it could not be read.</param>
internal sealed record CachedTrust(TufTrust Trust, byte[]? Target, Exception? Failure)
{
    /// <summary>Whether nothing was ever kept, which is no fault: there is no timestamp. One that cannot be read is a fault.</summary>
    public bool IsEmpty { get; init; }
}
