using System.Diagnostics;
using System.Globalization;
using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>The agent's whole step, start of the process included, for so many artifacts against an authority on loopback.</summary>
internal static class StepBenchmark
{
    private const int ArtifactBytes = 1024;
    private const int Rounds = 3;

    public static Task RunAsync() => RunAsync([1, 100, 1_000]);

    public static Task RunLargeAsync() => RunAsync([10_000]);

    private static async Task RunAsync(int[] sizes)
    {
        using var scratch = new Scratch();
        await using var issuer = await PipelineIssuer.StartAsync(TimeProvider.System);
        await using var authority = await AuthorityProcess.StartAsync(scratch, issuer);
        var report = new Report(
            $"A whole step of the agent on {Environment.ProcessorCount} cores ({scratch.FileSystem}); the fastest of {Rounds}",
            "artifacts", "attest", "its CPU", "sign", "its CPU", "sign, each", "authority's CPU, each");
        foreach (var size in sizes)
        {
            var folder = Artifacts(scratch, size);
            var before = authority.Cpu;
            var runs = Enumerable.Range(0, Rounds).Select(round => Both(scratch, issuer, folder, round, authority.Url)).ToList();
            var served = (authority.Cpu - before) / (Rounds * size);
            var (attest, sign) = (runs.Select(run => run.Attest).MinBy(run => run.Ticks)!, runs.Select(run => run.Sign).MinBy(run => run.Ticks)!);
            report.Row(
                size.ToString("#,0", CultureInfo.InvariantCulture),
                Latencies.Milliseconds(Milliseconds(attest)),
                Latencies.Milliseconds(attest.Cpu.TotalMilliseconds),
                Latencies.Milliseconds(Milliseconds(sign)),
                Latencies.Milliseconds(sign.Cpu.TotalMilliseconds),
                Latencies.Milliseconds(Milliseconds(sign) / size),
                Report.Microseconds(served.TotalMicroseconds));
        }

        report.Print();
        await StepPeers.RunAsync(scratch, issuer, authority, sizes, Artifacts);
    }

    private static double Milliseconds(ProcessRun run) => Stopwatch.GetElapsedTime(0, run.Ticks).TotalMilliseconds;

    /// <summary>
    /// Attests and signs, each into a directory that is new, as a job's is: a file system looks long for room where ten thousand files were replaced a moment ago. A bundle for each
    /// file, and one for all: a step that wrote less has no result.
    /// </summary>
    private static (ProcessRun Attest, ProcessRun Sign) Both(Scratch scratch, PipelineIssuer issuer, string folder, int round, string authority)
    {
        var bundles = Path.Combine(folder, $"bundles-{round}");
        var runs = (Step(scratch, issuer, "attest", folder, bundles, authority), Step(scratch, issuer, "sign", folder, bundles, authority));
        var (written, files) = (Count(bundles, "*.sigstore.json*"), Count(folder, "*.bin"));
        return written == files + 1 ? runs : throw new InvalidOperationException($"The agent wrote {written} files for {files} artifacts.");
    }

    private static int Count(string folder, string pattern) => Directory.GetFiles(folder, pattern, SearchOption.AllDirectories).Length;

    private static string Artifacts(Scratch scratch, int count)
    {
        var folder = Directory.CreateDirectory(scratch.New($"artifacts-{count}")).FullName;
        for (var i = 0; i < count; i++)
        {
            var content = new byte[ArtifactBytes];
            BitConverter.TryWriteBytes(content, i);
            File.WriteAllBytes(Path.Combine(folder, $"artifact-{i}.bin"), content);
        }

        return folder;
    }

    private static ProcessRun Step(Scratch scratch, PipelineIssuer issuer, string verb, string folder, string bundles, string authority)
    {
        var token = scratch.New("token");
        File.WriteAllText(token, issuer.IssueToken());
        return ProcessRun.Of(
            Program(),
            [verb, Path.Combine(folder, "*.bin"), "--bundle-dir", bundles, "--authority", authority, "--identity-token", token, "--format", "json"],
            scratch.Folder,
            $"DOTNET_ROOT={AuthorityProcess.DotnetRoot()}");
    }

    /// <summary>The published one where it is named, else the one that was built with this program.</summary>
    public static string Program() => Environment.GetEnvironmentVariable("SIGNINGACTION_AGENT") is { Length: > 0 } published
        ? published
        : Path.Combine(AppContext.BaseDirectory, "signing-agent");
}
