using SigningAction.Agent.Signing;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Publishing;

/// <summary>A bundle that verified, on its way to the places where consumers look for it.</summary>
/// <param name="Name">File name: how an asset of a release is called.</param>
/// <param name="Json">Its bytes; every place gets exactly these.</param>
/// <param name="Subjects">What it is about: the statement's subjects, or the one artifact of a plain signature.</param>
/// <param name="PredicateType">Predicate type of an attestation; null for a plain signature.</param>
/// <param name="SignedAt">The earliest proven time of the signature.</param>
public sealed record PublishableBundle(string Name, ReadOnlyMemory<byte> Json, IReadOnlyList<Subject> Subjects, string? PredicateType, DateTimeOffset SignedAt)
{
    /// <summary>SHA-256 of the bytes: by it a place knows the bundle again.</summary>
    public Sha256Digest Digest { get; } = Sha256Digest.Of(Json.Span);

    /// <summary>A finished bundle under the name <paramref name="name"/>; <paramref name="artifact"/> names what a plain signature is about.</summary>
    public static PublishableBundle Of(string name, FinishedBundle bundle, string artifact) => new(
        name,
        bundle.Json,
        bundle.Verified.Statement?.Subjects ?? [new Subject(artifact, bundle.Verified.Artifact)],
        bundle.Verified.Statement?.PredicateType,
        bundle.Verified.Times.Min(t => t.Time));

    /// <summary>Whether it is about the artifact with this SHA-256.</summary>
    public bool IsAbout(Sha256Digest artifact) => Subjects.Any(s => s.Digests.GetValueOrDefault("sha256") == artifact.ToString());
}
