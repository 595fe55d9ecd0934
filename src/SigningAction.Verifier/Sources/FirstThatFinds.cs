namespace SigningAction.Verifier.Sources;

/// <summary>Asks one source after another until one has something: what lies at hand is not asked for on the network.</summary>
internal sealed class FirstThatFinds(IReadOnlyList<IBundleSource> sources) : IBundleSource
{
    public IEnumerable<FoundBundle> Find(TargetArtifact target) =>
        sources.Select(source => source.Find(target).ToArray()).FirstOrDefault(found => found.Length > 0) ?? [];

    public string Nothing(TargetArtifact target) => string.Join("; ", sources.Select(source => source.Nothing(target)));
}
