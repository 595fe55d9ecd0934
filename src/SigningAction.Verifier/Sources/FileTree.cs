using System.IO.Enumeration;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// Files below a directory, in ordinal order. Linked directories are not entered: a link can lead out, or in a circle. Everything that is no
/// directory is given, whatever its kind, so that what cannot be verified is named and not passed over.
/// </summary>
internal static class FileTree
{
    private static readonly char[] Wildcards = ['*', '?'];

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Whether <paramref name="name"/> holds a wildcard.</summary>
    public static bool IsPattern(string name) => name.IndexOfAny(Wildcards) >= 0;

    /// <summary>All files below <paramref name="directory"/>, by the path that begins with it.</summary>
    /// <exception cref="IOException">A directory cannot be read, or they lie too deep.</exception>
    /// <exception cref="UnauthorizedAccessException">A directory may not be read.</exception>
    public static IEnumerable<string> Below(string directory) => Match(directory, ["**"], 0);

    /// <summary>
    /// Files that match a pattern of <c>*</c>, <c>?</c> and <c>**</c> (any number of directories). A leading dot is matched like any other character:
    /// what is hidden is shipped too.
    /// </summary>
    /// <exception cref="IOException">As <see cref="Below"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">As <see cref="Below"/>.</exception>
    public static IEnumerable<string> Matching(string pattern)
    {
        var slash = pattern.LastIndexOf('/', pattern.IndexOfAny(Wildcards));
        return Match(slash < 0 ? string.Empty : pattern[..(slash + 1)], pattern[(slash + 1)..].Split('/', StringSplitOptions.RemoveEmptyEntries), 0);
    }

    private static IEnumerable<string> Match(string directory, string[] parts, int depth)
    {
        if (depth > SourceLimits.DirectoryDepth)
        {
            throw new IOException("Directories lie too deep.");
        }

        var (part, rest) = (parts[0], parts[1..]);
        foreach (var entry in Entries(directory))
        {
            var path = Path.Join(directory, entry.Name);
            var isDirectory = entry is DirectoryInfo;
            if (part == "**")
            {
                // Any number of directories, none included: what stands behind it is matched here too.
                if (isDirectory)
                {
                    foreach (var deeper in entry.LinkTarget is null ? Match(path, parts, depth + 1) : [])
                    {
                        yield return deeper;
                    }
                }
                else if (rest.Length == 0 || (rest.Length == 1 && FileSystemName.MatchesSimpleExpression(rest[0], entry.Name, ignoreCase: false)))
                {
                    yield return path;
                }

                if (rest.Length > 1 && isDirectory && entry.LinkTarget is null && FileSystemName.MatchesSimpleExpression(rest[0], entry.Name, ignoreCase: false))
                {
                    foreach (var deeper in Match(path, rest[1..], depth + 1))
                    {
                        yield return deeper;
                    }
                }
            }
            else if (FileSystemName.MatchesSimpleExpression(part, entry.Name, ignoreCase: false))
            {
                if (rest.Length == 0 && !isDirectory)
                {
                    yield return path;
                }
                else if (rest.Length > 0 && isDirectory && entry.LinkTarget is null)
                {
                    foreach (var deeper in Match(path, rest, depth + 1))
                    {
                        yield return deeper;
                    }
                }
            }
        }
    }

    private static IEnumerable<FileSystemInfo> Entries(string directory) =>
        new DirectoryInfo(directory.Length == 0 ? "." : directory).EnumerateFileSystemInfos("*", Everything).OrderBy(entry => entry.Name, StringComparer.Ordinal);
}
