using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Publishing;
using SigningAction.Agent.Signing;

namespace SigningAction.Agent.Subjects;

/// <summary>
/// Paths and globs to files. A path that exists is that path, even with a <c>*</c> in its name; else it is a <see cref="GlobPattern"/>. A directory, named or matched,
/// stands for every file below it. A pattern after <c>!</c> takes away what those before it found. A glob never leaves the directory before its
/// first wildcard: a match whose link leads out is refused, not passed over, and linked directories are not entered.
/// </summary>
public static class SubjectFinder
{
    /// <summary>Ending of the bundles that are written beside files. Globs pass over them: a second run must not sign the evidence of the first.</summary>
    public const string BundleSuffix = ".sigstore.json";

    /// <summary>Where the runner puts the workspace into the container of a step.</summary>
    private const string ContainerWorkspace = "/github/workspace";

    private const string Unprintable = "its name has control, format or unassigned characters, with which one name can be shown as another";

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Absolute paths in ordinal order, each once.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.NoMatch"/>, <see cref="AgentFault.SubjectRefused"/> or <see cref="AgentFault.TooManySubjects"/>.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> patterns, string workingDirectory)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            if (!UntrustedText.IsPrintable(pattern))
            {
                throw Refused(pattern, Unprintable);
            }

            var takesAway = pattern.StartsWith('!');
            var path = WorkspacePath.OfPattern(takesAway ? pattern[1..] : pattern, Path.DirectorySeparatorChar);
            RequireOfThisPlace(path, workingDirectory);
            try
            {
                if (takesAway)
                {
                    Remove(path, workingDirectory, found);
                }
                else
                {
                    Add(path, workingDirectory, found);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new AgentException(
                    AgentFault.CannotRead, $"What '{UntrustedText.OneLine(pattern)}' may match cannot be looked through: {UntrustedText.OneLine(e.Message)} Let the account of the step read it, or name less.", e);
            }
        }

        return found.Count == 0 ? throw new AgentException(AgentFault.NoMatch, "Nothing to sign: name at least one file that no '!' pattern takes away.") : [.. found];
    }

    /// <summary>
    /// Of a list of paths the runner translates only what the whole list begins with, so a second absolute path still names the machine outside of the container: without a match
    /// it would be called missing, and after '!' it would take nothing away.
    /// </summary>
    private static void RequireOfThisPlace(string path, string workingDirectory)
    {
        if (workingDirectory == ContainerWorkspace && Path.IsPathRooted(path) && !Path.Exists(path) && !RealPath.IsWithin(Path.GetFullPath(path), workingDirectory))
        {
            throw new AgentException(
                AgentFault.NoMatch,
                $"There is no '{UntrustedText.OneLine(path)}' in the step's container, where the workspace is '{ContainerWorkspace}'. Write paths from the workspace: 'dist/app.zip', and not '${{{{ github.workspace }}}}/dist/app.zip'.");
        }
    }

    private static void Add(string pattern, string workingDirectory, SortedSet<string> found)
    {
        var literal = Path.GetFullPath(pattern, workingDirectory);
        if (Directory.Exists(literal))
        {
            AddMatches(pattern, new DirectoryInfo(literal), Parse("**"), found);
        }
        else if (Path.Exists(literal))
        {
            found.Add(RequireRegular(literal));
        }
        else if (GlobPattern.IsGlob(pattern))
        {
            var glob = Parse(pattern);
            AddMatches(pattern, new DirectoryInfo(Path.GetFullPath(glob.Root, workingDirectory)), glob, found);
        }
        else
        {
            throw NoMatch(pattern);
        }
    }

    private static void Remove(string pattern, string workingDirectory, SortedSet<string> found)
    {
        var literal = Path.GetFullPath(pattern, workingDirectory);
        found.Remove(literal);
        if (Directory.Exists(literal))
        {
            found.RemoveWhere(path => RealPath.IsWithin(path, literal));
        }
        else if (GlobPattern.IsGlob(pattern))
        {
            var glob = Parse(pattern);
            var root = Path.GetFullPath(glob.Root, workingDirectory);
            found.RemoveWhere(path => RealPath.IsWithin(path, root) && glob.Matches(Relative(root, path)));
        }
    }

    private static void AddMatches(string pattern, DirectoryInfo root, GlobPattern glob, SortedSet<string> found)
    {
        if (!root.Exists)
        {
            throw NoMatch(pattern);
        }

        var realRoot = new Lazy<string>(() => RealPath.Of(root.FullName));
        var matched = false;
        foreach (var file in Files(root, glob))
        {
            var relative = Relative(root.FullName, file.FullName);
            if (IsOurs(file.Name) || !glob.Matches(relative))
            {
                continue;
            }

            matched = true;
            if (!UntrustedText.IsPrintable(relative))
            {
                throw Refused(relative, Unprintable);
            }

            // No linked directory was entered, so only a link as the last step can lead out.
            if (file.LinkTarget is not null && !RealPath.IsWithin(RealPath.Of(file.FullName), realRoot.Value))
            {
                throw Refused(relative, $"it is a link that leads out of '{root.Name}', matched by '{pattern}'; name the file itself if it is meant");
            }

            found.Add(RequireRegular(file.FullName));
            if (found.Count > SubjectLimits.Subjects)
            {
                throw new AgentException(AgentFault.TooManySubjects, $"'{UntrustedText.OneLine(pattern)}' matches more than {SubjectLimits.Subjects} files. Sign an archive or a checksum file of them.");
            }
        }

        if (!matched)
        {
            throw NoMatch(pattern);
        }
    }

    /// <summary>Everything that is no directory, whatever its kind, so that what is refused later is refused by name and not passed over.</summary>
    private static IEnumerable<FileInfo> Files(DirectoryInfo root, GlobPattern glob)
    {
        var open = new Stack<DirectoryInfo>([root]);
        while (open.TryPop(out var directory))
        {
            foreach (var entry in directory.EnumerateFileSystemInfos("*", Everything))
            {
                if (entry is FileInfo file)
                {
                    yield return file;
                }
                else if (entry.LinkTarget is null && (glob.IsDeep || glob.Matches(Relative(root.FullName, entry.FullName))))
                {
                    open.Push((DirectoryInfo)entry);
                }
            }
        }
    }

    private static bool IsOurs(string name) => name.EndsWith(BundleSuffix, StringComparison.Ordinal)
        || name.EndsWith(BundleSuffix + "l", StringComparison.Ordinal)
        || name.EndsWith(RunJournal.Suffix, StringComparison.Ordinal)
        || (name.StartsWith('.') && name.EndsWith(DurableFile.TemporarySuffix, StringComparison.Ordinal));

    private static string Relative(string root, string path) =>
        path[(root.EndsWith(Path.DirectorySeparatorChar) ? root.Length : Math.Min(root.Length + 1, path.Length))..].Replace(Path.DirectorySeparatorChar, '/');

    private static GlobPattern Parse(string pattern)
    {
        try
        {
            return GlobPattern.Parse(pattern);
        }
        catch (FormatException e)
        {
            throw new AgentException(AgentFault.Usage, $"The pattern '{UntrustedText.OneLine(pattern)}' is not usable: {e.Message}", e);
        }
    }

    private static string RequireRegular(string path) =>
        OperatingSystem.IsWindows() && WindowsNames.Fault(path) is { } fault ? throw Refused(path, fault)
        : FileKind.IsRegular(path) ? path
        : throw Refused(path, FileKind.WhatElse(path));

    private static AgentException NoMatch(string pattern) =>
        new(AgentFault.NoMatch, $"No file matches '{UntrustedText.OneLine(pattern)}'. Check the path; it starts at the directory that the step runs in.");

    private static AgentException Refused(string path, string why) =>
        new(AgentFault.SubjectRefused, $"'{UntrustedText.OneLine(path)}' is not signed: {UntrustedText.OneLine(why)}.") { File = path };
}
