using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Commands;

/// <summary>What <c>verify</c> was asked, read and found askable.</summary>
/// <param name="Target">A path, or <c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="BundlePath">The bundle's file; null looks beside the artifact.</param>
/// <param name="TrustedRootPath">The trusted root's file.</param>
/// <param name="KeyPath">The file of the managed key that must have signed; null asks for an identity.</param>
/// <param name="Policy">Who must have signed; names somebody, unless a key is given.</param>
/// <param name="Json">Whether the answer is JSON.</param>
internal sealed record VerifyRequest(string Target, string? BundlePath, string TrustedRootPath, string? KeyPath, VerificationPolicy Policy, bool Json);
