using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Bundles;

/// <summary>A bundle that verified: its bytes as they are kept, and what it is about.</summary>
/// <param name="Json">v0.3, one line without a line feed.</param>
/// <param name="Said"><see cref="BundleEssence.Said"/>: two bundles of which this is equal say the same.</param>
/// <param name="Artifacts">SHA-256 of each artifact; at least one.</param>
public sealed record AcceptedBundle(ReadOnlyMemory<byte> Json, Sha256Digest Said, IReadOnlySet<Sha256Digest> Artifacts);
