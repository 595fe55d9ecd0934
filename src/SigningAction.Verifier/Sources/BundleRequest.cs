namespace SigningAction.Verifier.Sources;

/// <summary>Where bundles are looked for, as it was asked. Where nothing is asked, they are looked for beside the artifact.</summary>
internal sealed record BundleRequest
{
    /// <summary>Files that hold a bundle, or one in each line, and directories of such files.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];
}
