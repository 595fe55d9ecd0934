using System.Globalization;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Publishing;

/// <summary>A bundle that verified, on its way to the places where consumers look for it.</summary>
/// <param name="Name">File name, and how an asset of a release is called; no two bundles of a run have the same.</param>
/// <param name="Json">Its bytes; every place gets exactly these.</param>
/// <param name="Subjects">What it is about: the statement's subjects, or the one artifact of a plain signature.</param>
/// <param name="PredicateType">Predicate type of an attestation; null for a plain signature.</param>
/// <param name="SignedAt">The earliest proven time of the signature.</param>
public sealed record PublishableBundle(string Name, ReadOnlyMemory<byte> Json, IReadOnlyList<Subject> Subjects, string? PredicateType, DateTimeOffset SignedAt)
{
    private readonly HashSet<string> _artifacts = [.. Subjects.Select(s => s.Digests.GetValueOrDefault("sha256")).OfType<string>()];

    /// <summary>SHA-256 of the bytes: by it a place knows the bundle again.</summary>
    public Sha256Digest Digest { get; } = Sha256Digest.Of(Json.Span);

    /// <summary>
    /// The bundles that were signed and written by this run. A release has no directories and no lines, and of two assets of one name the second would replace the first:
    /// so the second bundle of a name has its number in it, the same in every run.
    /// </summary>
    public static IReadOnlyList<PublishableBundle> Of(IReadOnlyList<SignedBundle> bundles)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. bundles.Select(bundle =>
        {
            var name = Path.GetFileName(bundle.Paths[0]);
            var number = names[name] = names.GetValueOrDefault(name) + 1;
            return new PublishableBundle(
                number == 1 ? name : Numbered(name, number), bundle.Json, [.. bundle.Subjects.Select(s => s.Digest.ToSubject(s.Name))], bundle.PredicateType, bundle.SignedAt);
        })];
    }

    /// <summary>Whether it is about the artifact with this SHA-256.</summary>
    public bool IsAbout(Sha256Digest artifact) => _artifacts.Contains(artifact.ToString());

    private static string Numbered(string name, int number)
    {
        var ending = name.LastIndexOf(SubjectFinder.BundleSuffix, StringComparison.Ordinal);
        return name.Insert(ending < 0 ? name.Length : ending, string.Create(CultureInfo.InvariantCulture, $".{number}"));
    }
}
