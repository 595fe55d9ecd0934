namespace SigningAction.Authority.Clock;

/// <summary>What one source says. The true difference lies within <see cref="Offset"/> ± <see cref="Uncertainty"/>, however the network delayed either way.</summary>
/// <param name="Offset">How far the source stands ahead of the own clock.</param>
/// <param name="Uncertainty">Half the round trip, and what the source says of its own error.</param>
public readonly record struct TimeReading(TimeSpan Offset, TimeSpan Uncertainty)
{
    /// <summary>Whether the own clock is surely within a distance of this source.</summary>
    public bool Agrees(TimeSpan tolerance) => Offset.Duration() + Uncertainty <= tolerance;

    /// <summary>Whether the own clock is surely further away. An answer can be too vague for both.</summary>
    public bool Contradicts(TimeSpan tolerance) => Offset.Duration() - Uncertainty > tolerance;
}
