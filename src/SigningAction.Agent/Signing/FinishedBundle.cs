using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Signing;

/// <summary>A bundle that verified, ready to be written.</summary>
/// <param name="Json">Its bytes: the ones that were verified.</param>
/// <param name="Verified">The proof.</param>
public sealed record FinishedBundle(ReadOnlyMemory<byte> Json, VerifiedBundle Verified);
