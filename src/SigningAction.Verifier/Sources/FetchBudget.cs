namespace SigningAction.Verifier.Sources;

/// <summary>Bytes that may still be fetched of the bundles of one artifact: parsed bundles stay in memory until all are judged.</summary>
internal sealed class FetchBudget
{
    private long _left = SourceLimits.FetchedBytes;

    /// <summary>Whether there was more than may be fetched.</summary>
    public bool IsSpent => _left < 0;

    /// <summary>Counts a bundle that came, before it is parsed, and gives it back.</summary>
    /// <exception cref="ProblemException">All together are too large.</exception>
    public ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bundle)
    {
        _left -= bundle.Length;
        return IsSpent
            ? throw ProblemException.NotChecked(
                $"The bundles of this artifact have over {SourceLimits.FetchedBytes} bytes in all.", "Download the bundle that is meant and give --bundle.")
            : bundle;
    }
}
