using SigningAction.Evidence.Policy;

namespace SigningAction.Authority.Policy;

/// <summary>A policy and since when it decides. Take it once a decision: it does not change under the reader.</summary>
/// <param name="Policy">The compiled policy; its version is the SHA-256 of the file.</param>
/// <param name="Since">When it came into force in this process.</param>
public sealed record PolicyInForce(SigningPolicy Policy, DateTimeOffset Since);
