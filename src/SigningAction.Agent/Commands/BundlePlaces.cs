using System.Security.Cryptography;
using System.Text;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Publishing;
using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Commands;

/// <summary>Where the bundles of a run go. Decided before anything is signed: a place that cannot be is an error while it costs nothing.</summary>
public sealed class BundlePlaces
{
    /// <summary>Copies of one bundle beside its files: each copy names all of them, so the bytes grow with the square.</summary>
    public const int MostCopies = 64;

    /// <summary>Ending of a file with one bundle a line.</summary>
    public const string LinesSuffix = SubjectFinder.BundleSuffix + "l";

    private const int LongestName = 100;

    private readonly SigningRequest _request;
    private readonly string _workingDirectory;

    /// <summary>The places of <paramref name="request"/>.</summary>
    public BundlePlaces(SigningRequest request, string workingDirectory) => (_request, _workingDirectory) = (request, workingDirectory);

    /// <summary>Where the bundles of an attestation go: all of them to each of these.</summary>
    /// <param name="subjects">All subjects.</param>
    /// <param name="statements">How many bundles there will be.</param>
    /// <param name="kind">A word for the predicate, so that attestations of several kinds about one subject have files of their own.</param>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>.</exception>
    public IReadOnlyList<string> OfAttestation(IReadOnlyList<SigningSubject> subjects, int statements, string kind)
    {
        if (_request.Bundle is { } bundle)
        {
            return [Full(bundle)];
        }

        if (_request.BundleDirectory is { } directory)
        {
            var stem = subjects is [var only] ? FileName(only.Name) : "attestation-" + Fingerprint(subjects);
            return [Path.Combine(Full(directory), $"{stem}.{kind}{(statements > 1 ? LinesSuffix : SubjectFinder.BundleSuffix)}")];
        }

        var files = subjects.Select(s => s.Path).OfType<string>().ToList();
        if (files.Count == 0)
        {
            throw new AgentException(AgentFault.Usage, "The subjects are no files here that the bundle could stand beside: give --bundle FILE or --bundle-dir DIRECTORY.");
        }

        return files.Count <= MostCopies && statements == 1
            ? [.. files.Select(file => file + SubjectFinder.BundleSuffix)]
            : throw new AgentException(AgentFault.Usage, $"A copy of the bundle beside each of {files.Count} files is too much, {MostCopies} is the most: give --bundle FILE or --bundle-dir DIRECTORY.");
    }

    /// <summary>Where the bundle of a statement of the caller's own goes.</summary>
    public IReadOnlyList<string> OfStatement(string path) =>
        [_request.Bundle is { } bundle ? Full(bundle)
            : _request.BundleDirectory is { } directory ? Path.Combine(Full(directory), Path.GetFileName(path) + SubjectFinder.BundleSuffix)
            : path + SubjectFinder.BundleSuffix];

    /// <summary>Where the bundle of each signed file goes, in their order.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: two files would share one.</exception>
    public IReadOnlyList<string> OfSignatures(IReadOnlyList<SigningSubject> files)
    {
        if (_request.Bundle is { } bundle)
        {
            return files.Count == 1
                ? [Full(bundle)]
                : throw new AgentException(AgentFault.Usage, $"--bundle names one file, and {files.Count} files match: 'sign' makes a bundle for each. Leave --bundle out, give --bundle-dir, or use 'attest' for one bundle about all.");
        }

        var places = files.Select(file => OfSignature(file.Path!)).ToList();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var place in places)
        {
            // Also names that differ in case only: in a checkout on Windows or macOS one would replace the other.
            if (!taken.Add(place))
            {
                throw new AgentException(AgentFault.Usage, $"Two files would share the bundle '{UntrustedText.OneLine(place)}' (names that differ only in case, or files outside the working directory). Sign them in two runs, or rename one.");
            }
        }

        return places;
    }

    /// <summary>
    /// Refuses places to which a link leads out of the directory that was named: in a checkout anybody who may propose a change can put a link where the bundles go, and
    /// the agent, which is root in its container, would write wherever it leads. A directory outside of the working directory that was named as such is meant.
    /// </summary>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotWrite"/>.</exception>
    public void RequireWithin(IEnumerable<string> places)
    {
        if ((_request.BundleDirectory ?? Path.GetDirectoryName(_request.Bundle)) is not { } named)
        {
            return;
        }

        var directory = Full(named);
        var root = RealPath.Of(RealPath.IsWithin(directory, _workingDirectory) ? _workingDirectory : directory);
        foreach (var place in places.Select(place => Path.GetDirectoryName(place)!).Append(directory).Distinct(StringComparer.Ordinal))
        {
            if (!RealPath.IsWithin(RealPath.Of(place), root))
            {
                throw new AgentException(
                    AgentFault.CannotWrite, $"'{UntrustedText.OneLine(place)}' leads out of '{UntrustedText.OneLine(root)}' through a link, and bundles are not written through it. Remove the link, or name the directory that is meant.")
                { File = place };
            }
        }
    }

    /// <summary>
    /// Refuses places that cannot be written, before a token is asked for: what is signed and cannot be kept is an entry in a log for nothing. Nothing is left behind, so a run that ends
    /// before it writes has made no directory.
    /// </summary>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotWrite"/>.</exception>
    public static void RequireWritable(IEnumerable<string> places)
    {
        foreach (var directory in places.Select(place => Path.GetDirectoryName(place)!).Distinct(StringComparer.Ordinal))
        {
            // Directories that are missing are made in the last one that is there.
            var existing = directory;
            while (!Path.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
            {
                existing = parent;
            }

            try
            {
                if (!Directory.Exists(existing))
                {
                    throw new IOException($"'{existing}' is no directory.");
                }

                using (File.Create(Path.Combine(existing, $".{Path.GetRandomFileName()}{DurableFile.TemporarySuffix}"), 1, FileOptions.DeleteOnClose))
                {
                    // It could be made, which is what was to be known.
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new AgentException(
                    AgentFault.CannotWrite,
                    $"The directory for the bundles, '{UntrustedText.OneLine(directory)}', cannot be written: {UntrustedText.OneLine(e.Message)} Nothing was signed. Name a directory as bundle-dir (--bundle-dir) in which the account of the step may make files.",
                    e)
                { File = directory };
            }
        }
    }

    private string OfSignature(string path)
    {
        if (_request.BundleDirectory is not { } directory)
        {
            return path + SubjectFinder.BundleSuffix;
        }

        var inside = RealPath.IsWithin(path, _workingDirectory) ? Path.GetRelativePath(_workingDirectory, path) : Path.GetFileName(path);
        return Path.Combine(Full(directory), inside + SubjectFinder.BundleSuffix);
    }

    private string Full(string path) => Path.GetFullPath(path, _workingDirectory);

    /// <summary>A subject's name as the name of a file: an image's has slashes.</summary>
    private static string FileName(string name)
    {
        var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')).TrimStart('.');
        return safe.Length is 0 or > LongestName || WindowsNames.IsDevice(safe) ? "attestation-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..12] : safe;
    }

    /// <summary>The same subjects give the same name, so a step that runs again replaces its own file and no other step's.</summary>
    private static string Fingerprint(IReadOnlyList<SigningSubject> subjects)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var subject in subjects)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{subject.Digest} {subject.Name}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }
}
