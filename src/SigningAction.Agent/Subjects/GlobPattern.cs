using System.Text;
using SigningAction.Evidence.Policy;

namespace SigningAction.Agent.Subjects;

/// <summary>
/// A glob over paths with <c>/</c>: <c>*</c> and <c>?</c> stay within one directory, <c>[ab]</c>, <c>[a-z]</c> and <c>[!a]</c> are one character,
/// <c>**</c> as a whole segment is any number of directories. A directory that matches stands for all that is below it, as in the globs of <c>actions/attest</c>
/// (<c>@actions/glob</c>, implicit descendants). Case counts.
/// </summary>
internal sealed class GlobPattern
{
    private static readonly char[] Special = ['*', '?', '['];
    private readonly AnchoredPattern _pattern;

    private GlobPattern(string root, AnchoredPattern pattern, bool deep)
    {
        Root = root;
        _pattern = pattern;
        IsDeep = deep;
    }

    /// <summary>The directory before the first wildcard, as it was written; empty for none.</summary>
    public string Root { get; }

    /// <summary>Whether a directory below <see cref="Root"/> can hold a match although it matches nothing itself.</summary>
    public bool IsDeep { get; }

    /// <summary>Whether <paramref name="text"/> has a wildcard at all.</summary>
    public static bool IsGlob(string text) => text.IndexOfAny(Special) >= 0;

    /// <summary>Reads a glob.</summary>
    /// <exception cref="FormatException">It climbs after a wildcard, or a bracket is not closed.</exception>
    public static GlobPattern Parse(string text)
    {
        var wildcard = text.IndexOfAny(Special);
        var slash = wildcard <= 0 ? -1 : text.LastIndexOf('/', wildcard - 1);
        var segments = (text.EndsWith('/') ? text[(slash + 1)..] + "**" : text[(slash + 1)..]).Split('/');
        if (segments.Contains("..", StringComparer.Ordinal))
        {
            throw new FormatException("it has '..' after a wildcard; write the directory before it.");
        }

        var regex = new StringBuilder();
        for (var i = 0; i < segments.Length; i++)
        {
            var last = i == segments.Length - 1;
            if (segments[i] == "**")
            {
                regex.Append(last ? "(?:[^/]+/)*[^/]+" : "(?:[^/]+/)*");
            }
            else if (segments[i] is not ("" or "."))
            {
                AppendSegment(regex, segments[i]);
                regex.Append(last ? "" : "/");
            }
        }

        regex.Append("(?:/[^/]+)*");
        var root = slash < 0 ? "" : slash == 0 ? "/" : text[..slash];
        return AnchoredPattern.TryCompile(regex.ToString(), out var pattern)
            ? new GlobPattern(root, pattern, segments.Length > 1 || segments[0] == "**")
            : throw new FormatException("it is too long, or a range in brackets runs backwards.");
    }

    /// <summary>Whether a path below <see cref="Root"/>, written with <c>/</c>, matches, or a directory that it is below.</summary>
    public bool Matches(string relativePath) => _pattern.Matches(relativePath);

    private static void AppendSegment(StringBuilder regex, string segment)
    {
        for (var i = 0; i < segment.Length; i++)
        {
            switch (segment[i])
            {
                case '*':
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                case '[':
                    i = AppendClass(regex, segment, i);
                    break;
                default:
                    AppendLiteral(regex, segment[i]);
                    break;
            }
        }
    }

    /// <summary>Appends <c>[…]</c> that begins at <paramref name="open"/>; gives where it ends.</summary>
    private static int AppendClass(StringBuilder regex, string segment, int open)
    {
        var close = segment.IndexOf(']', open + 1);
        var negated = open + 1 < segment.Length && segment[open + 1] is '!' or '^';
        var from = negated ? open + 2 : open + 1;
        if (close <= from)
        {
            throw new FormatException("its '[' has no ']' after at least one character.");
        }

        regex.Append(negated ? "[^/" : "[");
        for (var i = from; i < close; i++)
        {
            if (segment[i] == '-' && i > from && i < close - 1)
            {
                regex.Append('-');
            }
            else
            {
                AppendLiteral(regex, segment[i]);
            }
        }

        regex.Append(']');
        return close;
    }

    private static void AppendLiteral(StringBuilder regex, char c)
    {
        if (!char.IsLetterOrDigit(c) && c < 128)
        {
            regex.Append('\\');
        }

        regex.Append(c);
    }
}
