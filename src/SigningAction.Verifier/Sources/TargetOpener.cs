using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Sources.Oci;

namespace SigningAction.Verifier.Sources;

/// <summary>Opens targets: a file is opened, an image's tag is looked up. Safe for concurrent use.</summary>
internal sealed class TargetOpener(RegistryClient? registry, HashProgress progress)
{
    /// <summary>The artifact of a target, and what its reader should know.</summary>
    /// <exception cref="ProblemException">There is none that could be verified.</exception>
    public (TargetArtifact Artifact, IReadOnlyList<string> Notes) Open(Target target) => target switch
    {
        { Problem: { } problem } => throw new ProblemException(problem),
        { Sha256: { } digest } => (TargetArtifact.OfDigest(target, digest), []),
        { Image.Digest: { } digest } => (TargetArtifact.OfDigest(target, digest), []),
        { Image: { } image } => Resolved(target, image),
        _ => (TargetArtifact.OpenFile(target, target.Path!, progress), []),
    };

    /// <summary>A tag is whatever its registry says today: the digest is of the bytes that it gave, and the reader is told to name that.</summary>
    private (TargetArtifact Artifact, IReadOnlyList<string> Notes) Resolved(Target target, ImageReference image)
    {
        if (registry is null)
        {
            throw ProblemException.NotChecked($"{image} names a tag, and only its registry knows what that is.", "Name the digest (oci://…@sha256:…), or leave out --offline.");
        }

        var manifest = registry.Manifest(image, image.Tag!)
            ?? throw ProblemException.NotChecked($"{image} does not exist, or its registry does not show it to this user.", "Correct the name, or log in with docker login.");
        var digest = Sha256Digest.Of(manifest);
        var pinned = image with { Tag = null, Digest = digest };
        return (TargetArtifact.OfDigest(target with { Image = pinned }, digest), [$"{image} is {pinned} now; a tag can be moved, so use the digest."]);
    }
}
