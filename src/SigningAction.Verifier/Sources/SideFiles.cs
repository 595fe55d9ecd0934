using SigningAction.Evidence.Encoding;

namespace SigningAction.Verifier.Sources;

/// <summary>Bundles that lie beside their artifact, under the names that Sigstore's tools and GitHub use.</summary>
internal sealed class SideFiles : IBundleSource
{
    /// <summary>What is put behind the artifact's name, in the order in which they are read.</summary>
    public static readonly IReadOnlyList<string> Endings = [".sigstore.json", ".sigstore", ".sigstore.jsonl", ".intoto.jsonl"];

    public IEnumerable<FoundBundle> Find(TargetArtifact target) => target.Target.Beside is not { } beside
        ? []
        : Endings.Select(ending => beside + ending).Where(Path.Exists).SelectMany(path =>
        {
            try
            {
                // Not chosen by the caller: an unpacked archive can hold anything.
                RegularFile.Require(path, "bundle");
                return BundleFile.Read(path, SourceLimits.BundlesOfOne);
            }
            catch (ProblemException e)
            {
                return [new FoundBundle(path, null, e.Problem)];
            }
        });

    public string Nothing(TargetArtifact target) => target.Target.Beside is { } beside
        ? $"{PrintableText.Neutralise(beside)} has none of {string.Join(", ", Endings)} beside it"
        : "nothing lies beside a digest";
}
