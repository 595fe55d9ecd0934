namespace SigningAction.Agent.Subjects;

/// <summary>Paths as workflows write and read them. The system's separator is an argument, so what Windows does is told on any system.</summary>
public static class WorkspacePath
{
    /// <summary>A pattern with <c>/</c>, the only separator that globs know. On Unix a backslash is a character of a name.</summary>
    public static string OfPattern(string pattern, char separator) => pattern.Replace(separator, '/');

    /// <summary>A full path as seen from the workspace, with <c>/</c>, which Windows' programs and bash take too; the path itself where it is not in there.</summary>
    public static string Within(string path, string workspace, char separator)
    {
        var root = Native(workspace, separator).TrimEnd(separator) + separator;
        var full = Native(path, separator);
        return full.StartsWith(root, separator == '/' ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase) ? full[root.Length..].Replace(separator, '/') : path;
    }

    private static string Native(string path, char separator) => separator == '/' ? path : path.Replace('/', separator);
}
