using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using SigningAction.Benchmarks.Measuring;

namespace SigningAction.Benchmarks.Running;

/// <summary>One run of a whole program, from before it is made to after it is gone.</summary>
/// <param name="Ticks">Time by the wall's clock, in units of <see cref="Stopwatch"/>.</param>
/// <param name="Cpu">Processor time, user and system.</param>
internal sealed record ProcessRun(long Ticks, TimeSpan Cpu)
{
    /// <summary>Runs a program with no variables but a home, a path and <paramref name="variables"/> (<c>NAME=VALUE</c>).</summary>
    /// <exception cref="InvalidOperationException">It did not succeed, so its time says nothing.</exception>
    public static ProcessRun Of(string program, IReadOnlyList<string> arguments, string home, params string[] variables)
    {
        var start = Stopwatch.GetTimestamp();
        var (status, usage) = Libc.Run(program, arguments, [$"HOME={home}", "PATH=/usr/bin:/bin", .. variables]);
        var ticks = Stopwatch.GetTimestamp() - start;
        if (status != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed (wait status {status}).");
        }

        // struct rusage begins with ru_utime and ru_stime, each seconds and microseconds.
        return new ProcessRun(ticks, Time(usage, 0) + Time(usage, 16));
    }

    /// <summary>
    /// Peak memory of one run. By a small program in between, in a run of its own: the kernel counts a child's memory from the moment at which it still shares its parent's,
    /// and this parent is larger than what is measured.
    /// </summary>
    public static string PeakMemory(string program, string[] arguments, Scratch scratch)
    {
        const string Time = "/usr/bin/time";
        if (!File.Exists(Time))
        {
            return $"no {Time}";
        }

        var output = scratch.New("peak");
        _ = Of(Time, ["-f", "%M", "-o", output, program, .. arguments], scratch.Folder);
        return Report.Mebibytes(1024 * double.Parse(File.ReadAllText(output), CultureInfo.InvariantCulture));
    }

    /// <summary>The middle one.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static TimeSpan Time(byte[] usage, int offset) =>
        TimeSpan.FromSeconds(BinaryPrimitives.ReadInt64LittleEndian(usage.AsSpan(offset)))
        + TimeSpan.FromMicroseconds(BinaryPrimitives.ReadInt64LittleEndian(usage.AsSpan(offset + 8)));
}
