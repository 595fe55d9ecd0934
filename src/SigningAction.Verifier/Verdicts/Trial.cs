using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Verdicts;

/// <summary>One bundle tried on one target. Exactly one of <paramref name="Verified"/> and <paramref name="Problem"/> is there.</summary>
/// <param name="Origin">Where the bundle came from, in words: a path, <c>path:line</c>, or an address. Text of other people.</param>
/// <param name="Verified">The proof.</param>
/// <param name="Problem">Why there is none.</param>
internal sealed record Trial(string Origin, VerifiedBundle? Verified, Problem? Problem)
{
    /// <summary>SHA-256 of the bundle's bytes as they were found; null where they could not be read.</summary>
    public Sha256Digest? Digest { get; init; }
}
