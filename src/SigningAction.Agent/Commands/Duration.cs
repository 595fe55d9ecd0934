using System.Globalization;
using SigningAction.Agent.Pipelines;

namespace SigningAction.Agent.Commands;

/// <summary>A length of time as people write it: a whole number with <c>s</c>, <c>m</c> or <c>h</c>.</summary>
internal static class Duration
{
    private const int TooMany = 1_000_000;

    /// <summary>Reads <paramref name="text"/>; false where it is none.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        var unit = text.Length < 2 ? TimeSpan.Zero : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            _ => TimeSpan.Zero,
        };
        if (unit > TimeSpan.Zero && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < TooMany)
        {
            duration = number * unit;
            return true;
        }

        duration = TimeSpan.Zero;
        return false;
    }

    /// <summary>What is said of <paramref name="text"/>, which is none, and was given as <paramref name="name"/>.</summary>
    public static string Sentence(string name, string text) => $"{name} is '{UntrustedText.OneLine(text)}'; write a whole number with s, m or h, for example 10m.";
}
