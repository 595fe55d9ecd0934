using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Publishing.Registries;

/// <summary>The images among subjects that are attached to their registries: all of them, because what is no image would be attested and quietly stay behind.</summary>
public static class ImageSubjects
{
    /// <summary>Each image once, in the order of the subjects; two names of one image are two places.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: a subject is no image by its name with registry and its SHA-256.</exception>
    public static IReadOnlyList<ImageReference> Of(IEnumerable<SigningSubject> subjects) => [.. subjects.Select(Image).DistinctBy(image => image.ToString(), StringComparer.Ordinal)];

    private static ImageReference Image(SigningSubject subject)
    {
        // Without its registry 'dist/app' is an image of Docker Hub to some and a file to others: a list has both.
        if (!ImageReference.NamesRegistry(subject.Name))
        {
            throw Usage(subject, "is no image name with a registry, as ghcr.io/octo/app is. push-to-registry attaches the attestation of every subject to an image: attest what is none in a step of its own");
        }

        if (ImageReference.HasTag(subject.Name))
        {
            throw Usage(subject, "has a tag or digest in its name, and push-to-registry needs the name alone: which image it is the digest says");
        }

        return subject.Digest.Algorithm == "sha256" && Sha256Digest.TryParseHex(subject.Digest.Hex, out var digest)
            ? ImageReference.Parse(subject.Name, digest)
            : throw Usage(subject, $"is given by its {subject.Digest.Algorithm}, and push-to-registry needs the image's SHA-256, by which registries know it");
    }

    private static AgentException Usage(SigningSubject subject, string why) => new(AgentFault.Usage, $"'{UntrustedText.OneLine(subject.Name)}' {why}.");
}
