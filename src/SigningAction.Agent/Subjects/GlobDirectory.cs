using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace SigningAction.Agent.Subjects;

/// <summary>
/// A directory as a glob sees it: linked directories are not entered (a link can lead out, or in a circle), everything that is no directory is a
/// candidate, whatever its kind, so that what is refused later is refused by name and not passed over.
/// </summary>
internal sealed class GlobDirectory(DirectoryInfo directory, DirectoryInfoBase? parent = null) : DirectoryInfoBase
{
    /// <inheritdoc/>
    public override string Name => directory.Name;

    /// <inheritdoc/>
    public override string FullName => directory.FullName;

    /// <inheritdoc/>
    public override DirectoryInfoBase? ParentDirectory => parent;

    /// <inheritdoc/>
    public override IEnumerable<FileSystemInfoBase> EnumerateFileSystemInfos()
    {
        foreach (var entry in directory.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
        {
            if (entry is DirectoryInfo child)
            {
                if (child.LinkTarget is null)
                {
                    yield return new GlobDirectory(child, this);
                }
            }
            else
            {
                yield return new GlobFile((FileInfo)entry, this);
            }
        }
    }

    /// <inheritdoc/>
    public override DirectoryInfoBase? GetDirectory(string path)
    {
        var child = new DirectoryInfo(Path.Combine(directory.FullName, path));
        return child.Exists && child.LinkTarget is null ? new GlobDirectory(child, this) : null;
    }

    /// <inheritdoc/>
    public override FileInfoBase? GetFile(string path)
    {
        var file = new FileInfo(Path.Combine(directory.FullName, path));
        return file.Exists ? new GlobFile(file, this) : null;
    }

    private sealed class GlobFile(FileInfo file, DirectoryInfoBase parent) : FileInfoBase
    {
        public override string Name => file.Name;

        public override string FullName => file.FullName;

        public override DirectoryInfoBase ParentDirectory => parent;
    }
}
