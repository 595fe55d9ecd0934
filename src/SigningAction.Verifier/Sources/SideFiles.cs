using SigningAction.Evidence.Encoding;

namespace SigningAction.Verifier.Sources;

/// <summary>Bundles that lie beside their artifact, under the names that Sigstore's tools use.</summary>
internal sealed class SideFiles : IBundleSource
{
    private static readonly string[] Endings = [".sigstore.json", ".sigstore"];

    public IEnumerable<FoundBundle> Find(TargetArtifact target) =>
        Endings.Select(ending => target.Path + ending)
            .Where(path => target.Path is not null && Path.Exists(path))
            .Select(path => FoundBundle.Of(path, () =>
            {
                // Not chosen by the caller: an unpacked archive can hold anything.
                RegularFile.Require(path, "bundle");
                return SmallFile.ReadBundle(path);
            }));

    public string Nothing(TargetArtifact target) => target.Path is { } path
        ? $"{PrintableText.Neutralise(path)} has neither {string.Join(" nor ", Endings)} beside it"
        : "nothing lies beside a digest";
}
