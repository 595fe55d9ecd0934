using System.Diagnostics;

namespace SigningAction.Benchmarks.Measuring;

/// <summary>
/// How often something can be done that only computes: the best of a few slices, after a warm-up in which the runtime compiles it well.
/// Processor time is taken beside the wall's: on a machine that others use too, the one stays nearly what it is while the other suffers.
/// </summary>
/// <param name="PerSecond">Times a second on all threads together, by the wall's clock.</param>
/// <param name="CpuMicroseconds">Processor time of one, with its share of what the runtime does beside it.</param>
/// <param name="AllocatedBytes">Memory that one allocates.</param>
internal sealed record CpuRate(double PerSecond, double CpuMicroseconds, double AllocatedBytes)
{
    private const int Slices = 4;

    public string Rate => Report.Rate(PerSecond);

    public string Cpu => Report.Microseconds(CpuMicroseconds);

    public string Allocated => Report.Kibibytes(AllocatedBytes);

    /// <summary>Does <paramref name="work"/> on dedicated threads; it is told which turn it is, and must be safe for concurrent use.</summary>
    public static CpuRate Of(int threads, TimeSpan time, Action<int> work)
    {
        var slice = time / Slices;
        _ = Slice(threads, slice, work);
        var slices = Enumerable.Range(0, Slices).Select(_ => Slice(threads, slice, work)).ToList();
        return new CpuRate(slices.Max(rate => rate.PerSecond), slices.Min(rate => rate.CpuMicroseconds), slices.Min(rate => rate.AllocatedBytes));
    }

    private static CpuRate Slice(int threads, TimeSpan time, Action<int> work)
    {
        var counts = new long[threads];
        var allocated = new long[threads];
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var running = Enumerable.Range(0, threads).Select(number => new Thread(() =>
        {
            var count = 0;
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var turn = number; Stopwatch.GetElapsedTime(start) < time; turn += threads)
            {
                work(turn);
                count++;
            }

            counts[number] = count;
            allocated[number] = GC.GetAllocatedBytesForCurrentThread() - before;
        })).ToList();
        running.ForEach(thread => thread.Start());
        running.ForEach(thread => thread.Join());
        var elapsed = Stopwatch.GetElapsedTime(start);
        var used = Environment.CpuUsage.TotalTime - cpu;
        return new CpuRate(counts.Sum() / elapsed.TotalSeconds, used.TotalMicroseconds / counts.Sum(), (double)allocated.Sum() / counts.Sum());
    }
}
