using System.Diagnostics;
using System.Globalization;

namespace SigningAction.Benchmarks.Measuring;

/// <summary>Durations of the same thing done many times.</summary>
internal sealed class Latencies
{
    private readonly long[] _sorted;

    /// <param name="ticks">In units of <see cref="Stopwatch"/>.</param>
    public Latencies(IEnumerable<long> ticks)
    {
        _sorted = [.. ticks];
        Array.Sort(_sorted);
    }

    public int Count => _sorted.Length;

    public double MedianMs => At(0.5);

    public double P99Ms => At(0.99);

    public double LeastMs => At(0);

    public string Median => Milliseconds(MedianMs);

    public string P99 => Milliseconds(P99Ms);

    public static string Milliseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} ms");

    private double At(double share) => _sorted.Length == 0
        ? double.NaN
        : Stopwatch.GetElapsedTime(0, _sorted[(int)(share * (_sorted.Length - 1))]).TotalMilliseconds;
}
