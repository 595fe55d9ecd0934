using System.Diagnostics;
using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>
/// How the agent hashes what it attests, by its whole process in a dry run: one file of 4 GiB, and a file of 1 GiB a core. In turns with <c>openssl dgst -sha256</c> on the same files,
/// a process each. The files are sparse: every byte is read and hashed, and no disk is in the way.
/// </summary>
internal static class StepHashBenchmark
{
    private const string OpenSsl = "/usr/bin/openssl";
    private const int Rounds = 5;
    private const long Gibibyte = 1L << 30;

    public static void Run()
    {
        if (Environment.GetEnvironmentVariable("SIGNINGACTION_AGENT") is not { Length: > 0 } || !File.Exists(OpenSsl))
        {
            Console.WriteLine($"  step-hash is left out: SIGNINGACTION_AGENT is not set to the published program (README.md says how), or there is no {OpenSsl}.");
            return;
        }

        using var scratch = new Scratch();
        using var sigstore = new SmallSigstore(TimeProvider.System);
        File.WriteAllBytes(scratch.New("trusted_root.json"), sigstore.Root.ToJson());
        File.WriteAllBytes(scratch.New("signing_config.json"), sigstore.Config.ToJson());
        var report = new Report($"What the agent hashes, on {Environment.ProcessorCount} cores; {Rounds} rounds in turns", "", "agent", "its CPU", "openssl", "its CPU", "rate of openssl", "by CPU", "agent's peak memory");
        Row(report, scratch, "one file of 4 GiB", [Sparse(scratch, "large.bin", 4 * Gibibyte)]);
        Row(report, scratch, $"{Environment.ProcessorCount} files of 1 GiB", [.. Enumerable.Range(0, Environment.ProcessorCount).Select(i => Sparse(scratch, $"part-{i}.bin", Gibibyte))]);
        report.Print();
    }

    private static void Row(Report report, Scratch scratch, string what, string[] files)
    {
        string[] ours = ["attest", .. files, "--dry-run", "--bundle", scratch.New("bundle.json"), "--trusted-root", scratch.New("trusted_root.json"), "--signing-config", scratch.New("signing_config.json")];
        var runs = new List<(ProcessRun Ours, ProcessRun Theirs)>();
        for (var round = -1; round < Rounds; round++)
        {
            var pair = (ProcessRun.Of(StepBenchmark.Program(), ours, scratch.Folder), SideBySide(files, scratch.Folder));
            if (round >= 0)
            {
                runs.Add(pair);
            }
        }

        report.Row(
            what,
            Milliseconds(runs.Select(run => run.Ours.Ticks)),
            Latencies.Milliseconds(ProcessRun.Median(runs.Select(run => run.Ours.Cpu.TotalMilliseconds))),
            Milliseconds(runs.Select(run => run.Theirs.Ticks)),
            Latencies.Milliseconds(ProcessRun.Median(runs.Select(run => run.Theirs.Cpu.TotalMilliseconds))),
            FormattableString.Invariant($"{ProcessRun.Median(runs.Select(run => (double)run.Theirs.Ticks / run.Ours.Ticks)):0.000}"),
            FormattableString.Invariant($"{ProcessRun.Median(runs.Select(run => run.Theirs.Cpu / run.Ours.Cpu)):0.000}"),
            ProcessRun.PeakMemory(StepBenchmark.Program(), ours, scratch));
    }

    /// <summary>A process of openssl for each file, all at once: from before the first is made to after the last is gone.</summary>
    private static ProcessRun SideBySide(string[] files, string home)
    {
        var start = Stopwatch.GetTimestamp();
        var runs = new ProcessRun[files.Length];
        Parallel.For(0, files.Length, new ParallelOptions { MaxDegreeOfParallelism = files.Length }, i => runs[i] = ProcessRun.Of(OpenSsl, ["dgst", "-sha256", files[i]], home));
        return new ProcessRun(Stopwatch.GetTimestamp() - start, runs.Aggregate(TimeSpan.Zero, (sum, run) => sum + run.Cpu));
    }

    private static string Milliseconds(IEnumerable<long> ticks) => Latencies.Milliseconds(ProcessRun.Median(ticks.Select(t => Stopwatch.GetElapsedTime(0, t).TotalMilliseconds)));

    private static string Sparse(Scratch scratch, string name, long length)
    {
        var path = scratch.New(name);
        using var file = File.Create(path);
        file.SetLength(length);
        return path;
    }
}
