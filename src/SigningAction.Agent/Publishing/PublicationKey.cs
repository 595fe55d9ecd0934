using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Publishing;

/// <summary>One bundle at one place, whatever they are called otherwise.</summary>
/// <param name="Target"><see cref="IPublishingTarget.Name"/>.</param>
/// <param name="Bundle">SHA-256 of the bundle's bytes.</param>
public readonly record struct PublicationKey(string Target, Sha256Digest Bundle);
