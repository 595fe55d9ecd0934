using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Commands;

/// <summary>What <c>verify</c> was asked, read and found askable.</summary>
/// <param name="Target">A path, or <c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="BundlePath">The bundle's file; null looks beside the artifact.</param>
/// <param name="TrustedRootPath">The trusted root's file.</param>
/// <param name="Policy">Who must have signed; names somebody.</param>
/// <param name="Json">Whether the answer is JSON.</param>
internal sealed record VerifyRequest(string Target, string? BundlePath, string TrustedRootPath, VerificationPolicy Policy, bool Json);
