using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Policy;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Trust;

namespace SigningAction.Verifier.Commands;

/// <summary>What <c>verify</c> was asked, read and found askable.</summary>
/// <param name="Targets">What is to be verified, as it was given; not empty, unless there are checksum files.</param>
/// <param name="ChecksumFiles">Files whose lines are further targets.</param>
/// <param name="Bundles">Where bundles are looked for.</param>
/// <param name="Trust">Whom to trust.</param>
/// <param name="Policy">Who must have signed; names somebody, or the managed key that must have signed.</param>
/// <param name="Acceptance">What is asked beyond one good signature; null where no policy file is given.</param>
/// <param name="Summary">The verification summary that is to be written; null for none.</param>
/// <param name="Offline">Whether the network is out of bounds.</param>
internal sealed record VerifyRequest(
    IReadOnlyList<string> Targets, IReadOnlyList<string> ChecksumFiles, BundleRequest Bundles, TrustChoice Trust, VerificationPolicy Policy, AcceptancePolicyFile? Acceptance,
    VerificationSummary? Summary, bool Offline);
