using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// A release as it lies in a directory: files, and beside them the bundles. Any bundle may be about any file, as one attestation is about a whole release; it is offered to
/// those whose digest it names.
/// </summary>
internal sealed class ReleaseDirectory : IBundleSource
{
    /// <summary>Files of one release: GitHub's cap on assets is 1000, and each may have a bundle.</summary>
    private const int MostFiles = 2000;

    private static readonly string[] BundleEndings = [".sigstore.json", ".sigstore", ".sigstore.jsonl", ".intoto.jsonl"];

    private readonly Dictionary<string, List<FoundBundle>> _byDigest = new(StringComparer.Ordinal);
    private readonly List<FoundBundle> _forAll = [];

    private ReleaseDirectory(IReadOnlyList<string> files) => Files = files;

    /// <summary>Paths of the files that are no bundles, in the order of their names.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Reads names and bundles.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="further">Bundles that lie elsewhere.</param>
    /// <exception cref="ProblemException">It is no directory, has a directory in it, too many files, or none.</exception>
    public static ReleaseDirectory Open(string path, IReadOnlyList<string> further)
    {
        var shown = PrintableText.Neutralise(path);
        string[] names;
        try
        {
            names = [.. Directory.EnumerateFileSystemEntries(path).Take(MostFiles + 1).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw ProblemException.NotChecked($"The release {shown} is no directory that can be read.", "Give the directory that holds the files of the release.", e);
        }

        if (names.Length > MostFiles)
        {
            throw ProblemException.NotChecked($"The directory {shown} has over {MostFiles} files.", "Give a directory that holds the files of one release and nothing else.");
        }

        if (names.FirstOrDefault(Directory.Exists) is { } inner)
        {
            throw ProblemException.NotChecked(
                $"The release {shown} has a directory in it: {PrintableText.Neutralise(Path.GetFileName(inner))}.", "A release is a list of files: take the directory away, or verify it by itself.");
        }

        var release = new ReleaseDirectory([.. names.Where(name => !IsBundle(name))]);
        if (release.Files.Count == 0)
        {
            throw ProblemException.NotChecked($"The directory {shown} has no file that is no bundle.", "Give the directory that holds the files of the release.");
        }

        foreach (var bundle in names.Where(IsBundle).Concat(further))
        {
            release.Read(bundle);
        }

        return release;
    }

    public IEnumerable<FoundBundle> Find(TargetArtifact target) =>
        _forAll.Concat(_byDigest.TryGetValue(target.Artifact.Sha256.ToString(), out var found) ? found : []);

    public string Nothing(TargetArtifact target) => "no bundle in the release names the file's digest";

    private static bool IsBundle(string path) => BundleEndings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal));

    private void Read(string path)
    {
        RegularFile.Require(path, "bundle");
        if (!path.EndsWith(".jsonl", StringComparison.Ordinal))
        {
            Place(FoundBundle.Of(path, () => SmallFile.ReadBundle(path)));
            return;
        }

        var lines = SmallFile.ReadBundle(path);
        var number = 0;
        foreach (var range in lines.AsSpan().Split((byte)'\n'))
        {
            number++;
            var line = lines[range];
            if (!line.AsSpan().Trim(" \r"u8).IsEmpty)
            {
                Place(FoundBundle.Of($"{path}:{number}", () => line));
            }
        }
    }

    /// <summary>Unproven, so it only saves work: a bundle that names a digest it is not for is refused when it is tried.</summary>
    private void Place(FoundBundle found)
    {
        if (found.Bundle is not { } bundle || Digests(bundle) is not { } digests)
        {
            _forAll.Add(found);
            return;
        }

        foreach (var digest in digests)
        {
            if (!_byDigest.TryGetValue(digest, out var list))
            {
                _byDigest.Add(digest, list = []);
            }

            list.Add(found);
        }
    }

    /// <summary>SHA-256 digests that the bundle names; null where it names something else, and must be tried on everything.</summary>
    private static HashSet<string>? Digests(Bundle bundle)
    {
        if (bundle.MessageSignature is { } message)
        {
            return message.DigestAlgorithm == "SHA2_256" ? [Convert.ToHexStringLower(message.Digest.Span)] : null;
        }

        try
        {
            var subjects = Statement.Parse(bundle.Envelope!.Payload).Subjects;
            return subjects.All(subject => subject.Digests.ContainsKey("sha256")) ? [.. subjects.Select(subject => subject.Digests["sha256"])] : null;
        }
        catch (EvidenceException)
        {
            return null;
        }
    }
}
