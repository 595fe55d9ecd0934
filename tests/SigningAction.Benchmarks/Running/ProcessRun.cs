using System.Buffers.Binary;
using System.Diagnostics;

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

    private static TimeSpan Time(byte[] usage, int offset) =>
        TimeSpan.FromSeconds(BinaryPrimitives.ReadInt64LittleEndian(usage.AsSpan(offset)))
        + TimeSpan.FromMicroseconds(BinaryPrimitives.ReadInt64LittleEndian(usage.AsSpan(offset + 8)));
}
