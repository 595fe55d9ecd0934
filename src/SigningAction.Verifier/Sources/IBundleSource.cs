namespace SigningAction.Verifier.Sources;

/// <summary>A place where bundles of a target may be. Asked by several threads at once.</summary>
internal interface IBundleSource
{
    /// <summary>What is there for this target. Something that is there and unreadable is found, with its problem; nothing there is the empty sequence.</summary>
    IEnumerable<FoundBundle> Find(TargetArtifact target);

    /// <summary>Where that is, as half a sentence after "No signature found: ".</summary>
    string Nothing(TargetArtifact target);
}
