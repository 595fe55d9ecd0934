using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Policy;

/// <summary>Why the file on disk is not the policy in force.</summary>
/// <param name="Since">When that was first seen.</param>
/// <param name="Errors">What is wrong with the file, at least one error.</param>
public sealed record PolicyLoadFailure(DateTimeOffset Since, IReadOnlyList<PolicyLoadError> Errors);
