namespace SigningAction.Verifier.Sources.GitHub;

/// <summary>A release at GitHub, <c>OWNER/REPO@TAG</c>.</summary>
/// <param name="Repository"><c>OWNER/REPO</c>.</param>
/// <param name="Tag">The tag without <c>refs/tags/</c>; may hold slashes and <c>@</c>.</param>
internal sealed record ReleaseName(string Repository, string Tag)
{
    /// <summary>Reads a name; null where it has not this form, and a directory of the name decides for the directory.</summary>
    public static ReleaseName? Parse(string name)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 || at == name.Length - 1 || Path.Exists(name))
        {
            return null;
        }

        var parts = name[..at].Split('/');
        return parts.Length == 2 && parts.All(IsName) ? new ReleaseName(name[..at], name[(at + 1)..]) : null;
    }

    private static bool IsName(string part) => part is not ("" or "." or "..") && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
