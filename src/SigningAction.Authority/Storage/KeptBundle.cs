using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Storage;

/// <summary>What came of a bundle that was brought.</summary>
/// <param name="Json">The bundle that is kept: this one, or the one that says the same and was brought before. Empty where none is.</param>
/// <param name="Full">The artifact of which so many are kept that nothing was written; null where it is kept.</param>
public sealed record KeptBundle(ReadOnlyMemory<byte> Json, Sha256Digest? Full);
