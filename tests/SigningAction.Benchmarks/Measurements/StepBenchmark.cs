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
    private const int CosignRuns = 40;

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
            var runs = Enumerable.Range(0, Rounds).Select(_ => (Attest: Step(scratch, issuer, "attest", folder, authority.Url), Sign: Step(scratch, issuer, "sign", folder, authority.Url))).ToList();
            var served = (authority.Cpu - before) / (Rounds * size);
            var (attest, sign) = (runs.Select(run => run.Attest).MinBy(run => run.Ticks)!, runs.Select(run => run.Sign).MinBy(run => run.Ticks)!);
            Require(folder, size);
            report.Row(
                size.ToString("#,0", CultureInfo.InvariantCulture),
                Latencies.Milliseconds(Milliseconds(attest)),
                Latencies.Milliseconds(attest.Cpu.TotalMilliseconds),
                Latencies.Milliseconds(Milliseconds(sign)),
                Latencies.Milliseconds(sign.Cpu.TotalMilliseconds),
                Latencies.Milliseconds(Milliseconds(sign) / size),
                Report.Microseconds(served.TotalMicroseconds));
        }

        if (Environment.GetEnvironmentVariable("SIGNINGACTION_COSIGN") is { Length: > 0 } cosign)
        {
            var (alone, four) = await CosignAsync(cosign, scratch, issuer, authority);
            report.Say($"cosign signs one artifact a process: {Latencies.Milliseconds(alone)} one after the other, {Latencies.Milliseconds(four)} each with four at once (median and mean of {CosignRuns}).");
        }

        report.Print();
    }

    /// <summary>The same kind of signature by cosign: a process, a certificate, a log entry and a timestamp for each artifact.</summary>
    /// <returns>Milliseconds of one alone, and of each with four side by side.</returns>
    private static async Task<(double Alone, double Four)> CosignAsync(string cosign, Scratch scratch, PipelineIssuer issuer, AuthorityProcess authority)
    {
        using var connection = await Connection.OpenAsync(authority.Url);
        var (config, root) = (scratch.New("signing_config.json"), scratch.New("trusted_root.json"));
        foreach (var (file, path) in new[] { (config, "/signing_config.json"), (root, "/trusted_root.json") })
        {
            await File.WriteAllBytesAsync(file, await connection.SendAsync(Connection.Request("GET", path, "application/json", [])));
        }

        var files = Directory.GetFiles(Artifacts(scratch, CosignRuns));
        var token = issuer.IssueToken();
        ProcessRun Sign(string file) => ProcessRun.Of(
            cosign, ["sign-blob", "-y", "--identity-token", token, "--signing-config", config, "--trusted-root", root, "--bundle", $"{file}.cosign.json", file], scratch.Folder);
        var alone = ProcessRun.Median(files.Select(file => Milliseconds(Sign(file))));
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = 4 }, (file, stop) =>
        {
            _ = Sign(file);
            return ValueTask.CompletedTask;
        });
        return (alone, Stopwatch.GetElapsedTime(start).TotalMilliseconds / files.Length);
    }

    private static double Milliseconds(ProcessRun run) => Stopwatch.GetElapsedTime(0, run.Ticks).TotalMilliseconds;

    /// <summary>A bundle for each file, and one for all: a step that wrote less has no result.</summary>
    private static void Require(string folder, int size)
    {
        var bundles = Directory.GetFiles(Path.Combine(folder, "bundles"), "*.sigstore.json*", SearchOption.AllDirectories).Length;
        if (bundles != size + 1)
        {
            throw new InvalidOperationException($"The agent wrote {bundles} files for {size} artifacts.");
        }
    }

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

    private static ProcessRun Step(Scratch scratch, PipelineIssuer issuer, string verb, string folder, string authority)
    {
        var token = scratch.New("token");
        File.WriteAllText(token, issuer.IssueToken());
        return ProcessRun.Of(
            Program(),
            [verb, Path.Combine(folder, "*.bin"), "--bundle-dir", Path.Combine(folder, "bundles"), "--authority", authority, "--identity-token", token, "--format", "json"],
            scratch.Folder,
            $"DOTNET_ROOT={AuthorityProcess.DotnetRoot()}");
    }

    /// <summary>The published one where it is named, else the one that was built with this program.</summary>
    private static string Program() => Environment.GetEnvironmentVariable("SIGNINGACTION_AGENT") is { Length: > 0 } published
        ? published
        : Path.Combine(AppContext.BaseDirectory, "signing-agent");
}
