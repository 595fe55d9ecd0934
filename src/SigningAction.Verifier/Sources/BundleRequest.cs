using SigningAction.Verifier.Sources.GitHub;

namespace SigningAction.Verifier.Sources;

/// <summary>Where bundles are looked for, as it was asked. Where nothing is asked, they are looked for beside the artifact and then on the network.</summary>
internal sealed record BundleRequest
{
    /// <summary>Files that hold a bundle, or one in each line, and directories of such files.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Whether an image's registry is asked, and nothing else.</summary>
    public bool FromRegistry { get; init; }

    /// <summary>The authority that is asked for bundles where none lies at hand; null for none.</summary>
    public Uri? Authority { get; init; }

    /// <summary>How GitHub would be asked; null where no repository and no owner is named.</summary>
    public GitHubQuery? GitHub { get; init; }

    /// <summary>The most bundles that are fetched of one artifact.</summary>
    public int Limit { get; init; } = SourceLimits.BundlesByDefault;
}
