using Microsoft.Extensions.FileSystemGlobbing;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Publishing;

namespace SigningAction.Agent.Subjects;

/// <summary>
/// Paths and globs to files. A path that exists is that path, even with a <c>*</c> in its name; else it is a glob of <c>*</c> and <c>**</c>.
/// A glob never leaves the directory before its first wildcard: a match whose link leads out is refused, not passed over.
/// </summary>
public static class SubjectFinder
{
    /// <summary>Ending of the bundles that are written beside files. Globs pass over them: a second run must not sign the evidence of the first.</summary>
    public const string BundleSuffix = ".sigstore.json";

    /// <summary>Absolute paths in ordinal order, each once.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.NoMatch"/> or <see cref="AgentFault.SubjectRefused"/>.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> patterns, string workingDirectory)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            if (!UntrustedText.IsPrintable(pattern))
            {
                throw Refused(pattern, "its name has control, format or unassigned characters, with which one name can be shown as another");
            }

            var literal = Path.GetFullPath(pattern, workingDirectory);
            if (Path.Exists(literal))
            {
                found.Add(RequireRegular(literal));
            }
            else if (pattern.Contains('*', StringComparison.Ordinal))
            {
                AddMatches(pattern, workingDirectory, found);
            }
            else
            {
                throw NoMatch(pattern);
            }
        }

        return found.Count == 0 ? throw new AgentException(AgentFault.NoMatch, "Nothing to sign: name at least one file.") : [.. found];
    }

    private static void AddMatches(string pattern, string workingDirectory, SortedSet<string> found)
    {
        var (root, glob) = Split(pattern);
        var directory = new DirectoryInfo(Path.GetFullPath(root, workingDirectory));
        if (glob.Split('/').Contains("..", StringComparer.Ordinal))
        {
            throw new AgentException(AgentFault.Usage, $"The pattern '{UntrustedText.OneLine(pattern)}' has '..' after a wildcard; write the directory before it.");
        }

        if (!directory.Exists)
        {
            throw NoMatch(pattern);
        }

        var matches = new Matcher(StringComparison.Ordinal)
            .AddInclude(glob)
            .AddExclude("**/*" + BundleSuffix)
            .AddExclude("**/.*" + DurableFile.TemporarySuffix)
            .Execute(new GlobDirectory(directory));
        if (!matches.HasMatches)
        {
            throw NoMatch(pattern);
        }

        var realRoot = RealPath.Of(directory.FullName);
        foreach (var match in matches.Files)
        {
            var path = Path.GetFullPath(match.Path, directory.FullName);
            if (!UntrustedText.IsPrintable(match.Path))
            {
                throw Refused(match.Path, "its name has control, format or unassigned characters, with which one name can be shown as another");
            }

            if (!RealPath.IsWithin(RealPath.Of(path), realRoot))
            {
                throw Refused(match.Path, $"it is a link that leads out of '{root}', matched by '{pattern}'; name the file itself if it is meant");
            }

            found.Add(RequireRegular(path));
        }
    }

    /// <summary>The directory before the first wildcard, and the rest.</summary>
    private static (string Root, string Glob) Split(string pattern)
    {
        var slash = pattern.LastIndexOf('/', pattern.IndexOf('*', StringComparison.Ordinal));
        return slash < 0 ? (".", pattern) : (slash == 0 ? "/" : pattern[..slash], pattern[(slash + 1)..]);
    }

    private static string RequireRegular(string path) => FileKind.IsRegular(path)
        ? path
        : throw Refused(path, Directory.Exists(path) ? "it is a directory; name files, or a glob such as 'dir/*'" : "it is not a regular file");

    private static AgentException NoMatch(string pattern) =>
        new(AgentFault.NoMatch, $"No file matches '{UntrustedText.OneLine(pattern)}'. Check the path; it starts at the directory that the step runs in.");

    private static AgentException Refused(string path, string why) =>
        new(AgentFault.SubjectRefused, $"'{UntrustedText.OneLine(path)}' is not signed: {UntrustedText.OneLine(why)}.");
}
