using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Verification;

/// <summary>One file of a release and what proves it.</summary>
/// <param name="Name">Its name without a directory.</param>
/// <param name="Sha256">Its digest.</param>
/// <param name="Proofs">Every bundle that verified for it.</param>
public sealed record ReleaseFile(string Name, Sha256Digest Sha256, IReadOnlyList<VerifiedBundle> Proofs);
