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
    private readonly HashSet<string> _artifacts = [.. Subjects.Select(s => s.Digests.GetValueOrDefault("sha256")).OfType<string>()];

    /// <summary>SHA-256 of the bytes: by it a place knows the bundle again.</summary>
    public Sha256Digest Digest { get; } = Sha256Digest.Of(Json.Span);

    /// <summary>A bundle that was signed and written by this run.</summary>
    public static PublishableBundle Of(SignedBundle bundle) => new(
        Path.GetFileName(bundle.Paths[0]), bundle.Json, [.. bundle.Subjects.Select(s => s.Digest.ToSubject(s.Name))], bundle.PredicateType, bundle.SignedAt);

    /// <summary>Whether it is about the artifact with this SHA-256.</summary>
    public bool IsAbout(Sha256Digest artifact) => _artifacts.Contains(artifact.ToString());
}
