namespace SigningAction.Evidence.Policy.Language;

/// <summary>Which of the names that there are somebody most likely meant.</summary>
public static class NearestName
{
    /// <summary>A distance costs the product of the lengths; nobody mistypes a name into a novel.</summary>
    private const int LongestWord = 64;

    /// <summary>The nearest of <paramref name="names"/>, when it is near: up to a third of its letters differ, or two.</summary>
    public static string? Of(string word, IEnumerable<string> names)
    {
        var nearest = word.Length > LongestWord ? null : names.MinBy(name => Distance(word, name));
        return nearest is not null && Distance(word, nearest) <= Math.Max(2, nearest.Length / 3) ? nearest : null;
    }

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
