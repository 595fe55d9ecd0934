using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Trust;

namespace SigningAction.Verifier.Commands;

/// <summary>What <c>verify</c> was asked, read and found askable.</summary>
/// <param name="Targets">What is to be verified, as it was given: at least one.</param>
/// <param name="Bundles">Where bundles are looked for.</param>
/// <param name="Trust">Whom to trust.</param>
/// <param name="KeyPath">The file of the managed key that must have signed; null asks for an identity.</param>
/// <param name="Policy">Who must have signed; names somebody, unless a key is given.</param>
/// <param name="Offline">Whether the network is out of bounds.</param>
internal sealed record VerifyRequest(IReadOnlyList<string> Targets, BundleRequest Bundles, TrustChoice Trust, string? KeyPath, VerificationPolicy Policy, bool Offline)
{
    /// <summary>The file of the witnesses that must have cosigned; null asks for none.</summary>
    public string? WitnessPolicyPath { get; init; }
}
