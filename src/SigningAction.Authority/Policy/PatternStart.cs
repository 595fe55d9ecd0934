namespace SigningAction.Authority.Policy;

/// <summary>What a pattern must begin with, as far as that is plain: literal characters up to the first thing that is none.</summary>
internal static class PatternStart
{
    private const string Special = @"\[](){}.*+?|^$#";
    private const string Optional = "?*{";

    /// <summary>False only when no text that begins with <paramref name="beginning"/> can match the whole pattern.</summary>
    public static bool MayBeginWith(string pattern, string beginning)
    {
        // Alternatives are told apart only where nothing else is in them; inside groups or classes a bar may be anything.
        var isPlain = !pattern.AsSpan().ContainsAny("()[]\\");
        return pattern.Contains('|', StringComparison.Ordinal)
            ? !isPlain || pattern.Split('|').Any(one => IsCompatible(one, beginning))
            : IsCompatible(pattern, beginning);
    }

    private static bool IsCompatible(string pattern, string beginning)
    {
        var (at, matched) = (pattern.StartsWith('^') ? 1 : 0, 0);
        while (at < pattern.Length && matched < beginning.Length)
        {
            var isEscaped = pattern[at] == '\\' && at + 1 < pattern.Length && !char.IsAsciiLetterOrDigit(pattern[at + 1]);
            var literal = isEscaped ? pattern[at + 1] : pattern[at];
            var next = at + (isEscaped ? 2 : 1);
            if ((!isEscaped && Special.Contains(literal, StringComparison.Ordinal)) || (next < pattern.Length && Optional.Contains(pattern[next], StringComparison.Ordinal)))
            {
                return true;
            }

            if (literal != beginning[matched])
            {
                return false;
            }

            if (next < pattern.Length && pattern[next] == '+')
            {
                return true;
            }

            (at, matched) = (next, matched + 1);
        }

        // A pattern that ends here matches no more than a part of the beginning, which nothing is.
        return matched == beginning.Length;
    }
}
