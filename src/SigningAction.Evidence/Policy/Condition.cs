using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy;

/// <summary>
/// One claim and what it may be: any of some exact values (ordinal) or anchored patterns. A condition that asks nothing cannot be built,
/// and a claim without a value meets none.
/// </summary>
public sealed class Condition
{
    private readonly string[] _values;
    private readonly AnchoredPattern[] _patterns;

    /// <summary>Asks that <paramref name="claim"/> is one of <paramref name="values"/> or matches one of <paramref name="patterns"/>.</summary>
    /// <exception cref="ArgumentException">Nothing is asked, a value is empty, or there are more than <see cref="Limits.PolicyValues"/>.</exception>
    public Condition(PipelineClaim claim, IEnumerable<string> values, IEnumerable<AnchoredPattern> patterns)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)claim, (int)PipelineClaim.None, nameof(claim));
        Claim = claim;
        _values = [.. values];
        _patterns = [.. patterns];
        if (_values.Length + _patterns.Length is 0 or > Limits.PolicyValues || _values.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException($"A condition asks for 1 to {Limits.PolicyValues} values, none of them empty.", nameof(values));
        }
    }

    /// <summary>The claim that is asked about.</summary>
    public PipelineClaim Claim { get; }

    /// <summary>Line of the policy file where it stands, from 1; 0 when it did not come from a file.</summary>
    public int Line { get; init; }

    /// <summary>Exact values, compared ordinally.</summary>
    public IReadOnlyList<string> Values => _values;

    /// <summary>Patterns over the whole value.</summary>
    public IReadOnlyList<AnchoredPattern> Patterns => _patterns;

    /// <summary>What is asked, fit for a message.</summary>
    public string Asked => string.Join(
        " or ",
        Values.Select(value => $"'{PrintableText.Exact(value)}'").Concat(Patterns.Select(pattern => $"pattern '{PrintableText.Exact(pattern.Pattern)}'")));

    /// <summary>Asks for one of some exact values.</summary>
    /// <exception cref="ArgumentException">No value, or an empty one.</exception>
    public static Condition OneOf(PipelineClaim claim, params IEnumerable<string> values) => new(claim, values, []);

    /// <summary>Asks that the whole value matches.</summary>
    public static Condition Matching(PipelineClaim claim, AnchoredPattern pattern) => new(claim, [], [pattern]);

    /// <summary>Whether the identity's claim has a value and it is one of those asked for.</summary>
    public bool IsMetBy(PipelineIdentity identity) => IsMetBy(PipelineClaims.Read(identity, Claim).Value);

    /// <summary>Whether <paramref name="value"/> is one of those asked for; null and the empty string never are.</summary>
    public bool IsMetBy(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return false;
        }

        foreach (var exact in _values)
        {
            if (string.Equals(exact, value, StringComparison.Ordinal))
            {
                return true;
            }
        }

        foreach (var pattern in _patterns)
        {
            if (pattern.Matches(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{PipelineClaims.Name(Claim)}: {Asked}";
}
