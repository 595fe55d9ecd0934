using SigningAction.Evidence.Encoding;

namespace SigningAction.Verifier.Sources;

/// <summary>A release as it lies in a directory: its files, and beside them the bundles. Any bundle may be about any file, as one attestation is about a whole release.</summary>
/// <param name="Files">The files that are no bundles, in the order of their names.</param>
/// <param name="Bundles">Paths of the bundles.</param>
internal sealed record ReleaseDirectory(IReadOnlyList<Target> Files, IReadOnlyList<string> Bundles)
{
    /// <summary>Entries of one directory: GitHub's cap on assets is 1000, and each may have a bundle.</summary>
    private const int MostEntries = 2000;

    /// <summary>Whether a file of this name is a bundle.</summary>
    public static bool IsBundle(string name) => SideFiles.Endings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>Reads the names.</summary>
    /// <exception cref="ProblemException">It is no directory, has a directory in it, too many files, or none.</exception>
    public static ReleaseDirectory Open(string path)
    {
        var shown = PrintableText.Neutralise(path);
        string[] names;
        try
        {
            names = [.. Directory.EnumerateFileSystemEntries(path).Take(MostEntries + 1).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw ProblemException.NotChecked($"The release {shown} is no directory that can be read.", "Give the directory that holds the files of the release.", e);
        }

        if (names.Length > MostEntries)
        {
            throw ProblemException.NotChecked($"The directory {shown} has over {MostEntries} files.", "Give a directory that holds the files of one release and nothing else.");
        }

        if (names.FirstOrDefault(Directory.Exists) is { } inner)
        {
            throw ProblemException.NotChecked(
                $"The release {shown} has a directory in it: {PrintableText.Neutralise(Path.GetFileName(inner))}.",
                "A release is a list of files: take the directory away, or verify it by itself.");
        }

        var files = names.Where(name => !IsBundle(name)).Select(Target.OfPath).ToArray();
        return files.Length > 0
            ? new ReleaseDirectory(files, [.. names.Where(name => IsBundle(name) && RegularFile.Is(name))])
            : throw ProblemException.NotChecked($"The directory {shown} has no file that is no bundle.", "Give the directory that holds the files of the release.");
    }
}
