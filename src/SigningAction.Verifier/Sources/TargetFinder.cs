using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Sources.Oci;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// From what was typed to the targets, in the order in which they are told, each once. A name that exists is that file or every file of that directory,
/// whatever characters it has; else it is an image, a digest or a pattern. A name that leads to nothing is a target that is not verified.
/// </summary>
/// <param name="bundles">What is named as evidence.</param>
/// <param name="most">The most targets of the run; <see cref="SourceLimits.FilesOfTarget"/> times as many files are looked at in one place.</param>
internal sealed class TargetFinder(BundleRequest bundles, int most = SourceLimits.Targets)
{
    private readonly HashSet<string> _bundles = new(bundles.Paths.Select(System.IO.Path.GetFullPath), StringComparer.Ordinal);

    private readonly string[] _bundleDirectories = [.. bundles.Paths.Where(Directory.Exists).Select(path => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)) + System.IO.Path.DirectorySeparatorChar)];

    private readonly List<string> _leftOut = [];

    /// <summary>Side files that were named beside their artifacts: a shell expands <c>dist/*</c> to both.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>The targets.</summary>
    /// <exception cref="ProblemException">A usage error: a digest or image that is none, too many targets. Nothing was opened.</exception>
    public IReadOnlyList<Target> Find(IReadOnlyList<string> asked, IReadOnlyList<string> checksumFiles)
    {
        var targets = new List<Target>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var named = asked.ToHashSet(StringComparer.Ordinal);
        foreach (var target in asked.Where(name => !IsLeftOut(name, named)).SelectMany(Of).Concat(checksumFiles.SelectMany(ChecksumFile.Read)))
        {
            if (seen.Add(target.Sha256 is { } digest ? $"{digest} {target.Name}" : target.Name))
            {
                targets.Add(target);
            }

            if (targets.Count > most)
            {
                throw TooMany();
            }
        }

        return targets;
    }

    private IEnumerable<Target> Of(string name) =>
        name == InputFile.StandardInput ? [new Target(name) { Path = name }]
        : Directory.Exists(name) ? Files(name, FileTree.Below(name), "holds no file")
        : System.IO.Path.Exists(name) ? [Target.OfPath(name)]
        : name.StartsWith(ImageReference.Scheme, StringComparison.Ordinal) ? [new Target(name) { Image = ImageReference.Parse(name) }]
        : name.StartsWith(TargetArtifact.DigestPrefix, StringComparison.Ordinal) ? [new Target(name) { Sha256 = TargetArtifact.ParseDigest(name) }]
        : TargetArtifact.LooksLikeDigest(name) ? throw ProblemException.Usage($"A digest is written {TargetArtifact.DigestPrefix} and 64 hexadecimal digits, and no file is called {PrintableText.Exact(name)}.")
        : FileTree.IsPattern(name) ? Files(name, FileTree.Matching(name), "matches no file")
        : [Target.OfPath(name)];

    private List<Target> Files(string name, IEnumerable<string> files, string nothing)
    {
        try
        {
            var all = files.Take((SourceLimits.FilesOfTarget * most) + 1).ToList();

            // Evidence counts too: whoever fills a directory with it must not be able to push a file behind the end of the list.
            if (all.Count > SourceLimits.FilesOfTarget * most)
            {
                throw TooMany();
            }

            var found = all.Where(path => !IsEvidence(path)).Select(Target.OfPath).ToList();
            return found.Count > 0
                ? found
                : [Target.Nothing(name, $"{PrintableText.Neutralise(name)} {nothing} that could be verified.", "Correct the path: verifying nothing proves nothing.")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new Target(name) { Problem = RegularFile.CannotRead(name, "directory", e).Problem }];
        }
    }

    /// <summary>As in a directory, but only where the artifact is named too: else its bundle was asked for by itself.</summary>
    private bool IsLeftOut(string name, HashSet<string> named)
    {
        var leftOut = SideFiles.Endings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal) && named.Contains(name[..^ending.Length]) && IsArtifact(name[..^ending.Length]));
        if (leftOut)
        {
            _leftOut.Add(name);
        }

        return leftOut;
    }

    private ProblemException TooMany() => ProblemException.Usage($"There are more than {most} artifacts with their bundles; verify them in several runs.");

    /// <summary>A side file of a file that is there, or a bundle that was named. What only looks like a side file is an artifact, and needs evidence of its own.</summary>
    private bool IsEvidence(string path) =>
        IsNamed(System.IO.Path.GetFullPath(path))
        || SideFiles.Endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal) && IsArtifact(path[..^ending.Length]));

    /// <summary>A file that is named, or a bundle below a directory that is: what only has a bundle's name there is an artifact.</summary>
    private bool IsNamed(string path) =>
        _bundles.Contains(path) || (Array.Exists(_bundleDirectories, directory => path.StartsWith(directory, StringComparison.Ordinal)) && GivenBundles.HoldsBundles(path));

    /// <summary>Evidence is about an artifact. Of evidence there is none: a chain of such names would hide any number of files.</summary>
    private bool IsArtifact(string path) => File.Exists(path) && !IsEvidence(path);
}
