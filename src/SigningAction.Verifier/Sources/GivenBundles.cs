namespace SigningAction.Verifier.Sources;

/// <summary>The bundles of <c>--bundle</c>, read once for all targets.</summary>
internal sealed class GivenBundles(IReadOnlyList<string> paths) : IBundleSource
{
    private readonly Lazy<IReadOnlyList<FoundBundle>> _bundles = new(() => [.. paths.Select(path => FoundBundle.Of(path, () => SmallFile.ReadBundle(path)))]);

    public IEnumerable<FoundBundle> Find(TargetArtifact target) => _bundles.Value;

    public string Nothing(TargetArtifact target) => "there is no bundle in what --bundle names";
}
