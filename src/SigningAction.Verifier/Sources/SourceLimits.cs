namespace SigningAction.Verifier.Sources;

/// <summary>Caps on what is found by names and on the network, each with the source of its number. Those on evidence itself are in Evidence's Limits.</summary>
internal static class SourceLimits
{
    /// <summary>Targets of one run: a release has up to 1,000 assets, a package mirror some ten thousand files.</summary>
    public const int Targets = 100_000;

    /// <summary>Files that are looked at for each target: an artifact and its bundle.</summary>
    public const int FilesOfTarget = 2;

    /// <summary>Directories below each other that are walked; no file system path of Linux holds more names than 2,048.</summary>
    public const int DirectoryDepth = 256;

    /// <summary>Bundles of one artifact that are fetched unless <c>--limit</c> says otherwise (<c>gh</c>).</summary>
    public const int BundlesByDefault = 30;

    /// <summary>Bundles of one artifact at most (<c>gh</c>), and lines of a file that lies beside one.</summary>
    public const int BundlesOfOne = 1000;

    /// <summary>Bundles that <c>--bundle</c> names in all: 10,000 in one call, and room.</summary>
    public const int GivenBundles = 16_384;

    /// <summary>Bytes of one file with a bundle in each line: 10,000 GitHub bundles of 12 KiB.</summary>
    public const int LinesBytes = 128 * 1024 * 1024;

    /// <summary>Bytes of all bundles of one artifact that are fetched, as of one file of bundles (<see cref="LinesBytes"/>).</summary>
    public const long FetchedBytes = LinesBytes;

    /// <summary>Bytes of one checksum file: every target of a run, with long names.</summary>
    public const int ChecksumBytes = 32 * 1024 * 1024;

    /// <summary>One page of the GitHub API: 100 bundles of 300 KiB.</summary>
    public const int PageBytes = 32 * 1024 * 1024;

    /// <summary>Pages of one answer, of either API: a page may be as short as the server likes.</summary>
    public const int Pages = 100;

    /// <summary>One OCI manifest or index (distribution-spec: registries should take 4 MiB).</summary>
    public const int ManifestBytes = 4 * 1024 * 1024;

    /// <summary>One token answer of a registry (ServiceClient's own cap for anything small).</summary>
    public const int TokenBytes = 1024 * 1024;

    /// <summary>Docker's own configuration file; hundreds of registries fit.</summary>
    public const int DockerConfigBytes = 1024 * 1024;
}
