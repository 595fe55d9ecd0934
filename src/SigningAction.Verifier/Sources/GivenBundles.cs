using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// The bundles of <c>--bundle</c>: files, and directories of files. Read once for all targets, and where there are many, found by the digests that they state:
/// a hint only, which saves trying every bundle on every target.
/// </summary>
internal sealed class GivenBundles : IBundleSource
{
    private static readonly string[] FileEndings = [".json", ".jsonl", ".sigstore"];

    private readonly Lazy<Index> _index;

    public GivenBundles(IReadOnlyList<string> paths) => _index = new Lazy<Index>(() => new Index(Read(paths)));

    public IEnumerable<FoundBundle> Find(TargetArtifact target) => _index.Value.For(target.Artifact);

    public string Nothing(TargetArtifact target) => "there is no bundle in what --bundle names";

    /// <summary>Whether a file below a directory that is named is read, and has bundles and nothing else.</summary>
    public static bool HoldsBundles(string path) =>
        IsBundle(path) && BundleFile.Read(path, SourceLimits.GivenBundles).ToArray() is { Length: > 0 } found && Array.TrueForAll(found, one => one.Bundle is not null);

    private static List<FoundBundle> Read(IReadOnlyList<string> paths)
    {
        var found = new List<FoundBundle>();
        foreach (var path in paths)
        {
            try
            {
                foreach (var file in path != InputFile.StandardInput && Directory.Exists(path) ? FileTree.Below(path).Where(IsBundle) : [path])
                {
                    found.AddRange(BundleFile.Read(file, SourceLimits.GivenBundles));
                    if (found.Count > SourceLimits.GivenBundles)
                    {
                        throw ProblemException.Usage($"--bundle names more than {SourceLimits.GivenBundles} bundles; verify in several runs.");
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw RegularFile.CannotRead(path, "directory", e);
            }
        }

        return found;
    }

    private static bool IsBundle(string path) => FileEndings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)) && RegularFile.Is(path);

    private sealed class Index
    {
        private readonly IReadOnlyList<FoundBundle> _all;
        private readonly List<FoundBundle> _unstated = [];
        private readonly Dictionary<string, Dictionary<string, List<FoundBundle>>> _byDigest = new(StringComparer.Ordinal);

        public Index(IReadOnlyList<FoundBundle> all)
        {
            _all = all;
            foreach (var found in all.Count > 1 ? all : [])
            {
                Add(found);
            }
        }

        public IEnumerable<FoundBundle> For(Artifact artifact)
        {
            if (_all.Count <= 1)
            {
                return _all;
            }

            var candidates = new List<FoundBundle>();
            foreach (var (algorithm, bundles) in _byDigest)
            {
                if (artifact.Digest(algorithm) is { } digest && bundles.TryGetValue(Convert.ToHexStringLower(digest.Span), out var stated))
                {
                    candidates.AddRange(stated.Except(candidates));
                }
            }

            candidates.AddRange(_unstated);

            // One that is for another artifact still says so, and with which digest.
            return candidates.Count > 0 ? candidates : _all.Take(1);
        }

        private void Add(FoundBundle found)
        {
            var digests = found.Bundle is null ? [] : StatedDigests(found.Bundle);
            foreach (var (algorithm, hex) in digests)
            {
                if (!_byDigest.TryGetValue(algorithm, out var bundles))
                {
                    _byDigest.Add(algorithm, bundles = new(StringComparer.Ordinal));
                }

                if (!bundles.TryGetValue(hex, out var stated))
                {
                    bundles.Add(hex, stated = []);
                }

                stated.Add(found);
            }

            if (digests.Count == 0)
            {
                _unstated.Add(found);
            }
        }

        private static List<(string Algorithm, string Hex)> StatedDigests(Bundle bundle)
        {
            if (bundle.MessageSignature is { } message)
            {
                var algorithm = message.DigestAlgorithm switch { "SHA2_256" => "sha256", "SHA2_384" => "sha384", "SHA2_512" => "sha512", _ => null };
                return algorithm is null ? [] : [(algorithm, Convert.ToHexStringLower(message.Digest.Span))];
            }

            try
            {
                return [.. Statement.Parse(bundle.Envelope!.Payload).Subjects.SelectMany(subject => subject.Digests)
                    .Where(digest => digest.Key is "sha256" or "sha384" or "sha512").Select(digest => (digest.Key, digest.Value))];
            }
            catch (EvidenceException)
            {
                // Tried on every target, where it is refused with its own reason.
                return [];
            }
        }
    }
}
