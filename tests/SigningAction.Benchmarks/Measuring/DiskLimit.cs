using System.Diagnostics;
using SigningAction.Benchmarks.Running;

namespace SigningAction.Benchmarks.Measuring;

/// <summary>What the disk takes to make 8 KiB durable at the end of a file: the limit of every commit.</summary>
internal static class DiskLimit
{
    private const int Block = 8 * 1024;
    private const int Times = 500;

    public static Latencies Measure(string directory)
    {
        var path = Path.Combine(directory, "fsync");
        var block = new byte[Block];
        var ticks = new long[Times];
        using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
        {
            for (var i = 0; i < Times; i++)
            {
                Random.Shared.NextBytes(block);
                var start = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, block, (long)i * Block);
                Libc.Sync(file);
                ticks[i] = Stopwatch.GetTimestamp() - start;
            }
        }

        File.Delete(path);
        return new Latencies(ticks);
    }
}
