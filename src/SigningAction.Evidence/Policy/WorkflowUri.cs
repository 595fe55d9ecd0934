using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SigningAction.Evidence.Policy;

/// <summary>The URI of a workflow file at a ref, <c>https://HOST/OWNER/NAME/PATH@REF</c>, taken apart.</summary>
/// <param name="FileUri">Everything before the <c>@</c> of the ref.</param>
/// <param name="Ref"><c>refs/…</c>, or the commit that the caller pinned.</param>
public sealed record WorkflowUri(string FileUri, string Ref)
{
    private const string Scheme = "https://";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// Takes a URI apart. File names, branches and tags may hold an <c>@</c> themselves (tags of npm packages do), so the one counts
    /// that is followed by <c>refs/</c> or by nothing but a commit. When that is not exactly one, an attacker chose the name so that it
    /// reads in two ways: refused.
    /// </summary>
    public static bool TryParse(string uri, [NotNullWhen(true)] out WorkflowUri? parsed)
    {
        parsed = null;
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        for (var at = uri.IndexOf('@', StringComparison.Ordinal); at >= 0; at = uri.IndexOf('@', at + 1))
        {
            var rest = uri.AsSpan(at + 1);
            if (!IsRef(rest))
            {
                continue;
            }

            if (parsed is not null)
            {
                parsed = null;
                return false;
            }

            parsed = new WorkflowUri(uri[..at], rest.ToString());
        }

        return parsed is not null;
    }

    /// <summary>
    /// The path of the file inside <paramref name="repositoryUri"/>; null when it is of another repository. GitLab writes two slashes
    /// between project and path.
    /// </summary>
    public string? PathInside(string repositoryUri)
    {
        if (repositoryUri.Length == 0 || !FileUri.StartsWith(repositoryUri, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = FileUri.AsSpan(repositoryUri.Length);
        if (rest.IsEmpty || rest[0] != '/')
        {
            return null;
        }

        var path = rest[(rest.StartsWith("//", StringComparison.Ordinal) ? 2 : 1)..];
        return path.IsEmpty ? null : path.ToString();
    }

    /// <summary>What follows scheme and host of <paramref name="uri"/>; null when there is nothing or the scheme is not https.</summary>
    public static string? PathOf(string uri)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var slash = uri.IndexOf('/', Scheme.Length);
        return slash <= Scheme.Length || slash == uri.Length - 1 ? null : uri[(slash + 1)..];
    }

    private static bool IsRef(ReadOnlySpan<char> text) =>
        (text.StartsWith("refs/", StringComparison.Ordinal) && text.Length > "refs/".Length)
        || (text.Length is 40 or 64 && !text.ContainsAnyExcept(LowerHex));
}
