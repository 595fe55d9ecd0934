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
        var report = new Report($"A whole step of the agent on {Environment.ProcessorCount} cores ({scratch.FileSystem}); least of {Rounds}", "artifacts", "attest", "sign", "sign, each", "files written");
        foreach (var size in sizes)
        {
            var folder = Artifacts(scratch, size);
            long attest = long.MaxValue, sign = long.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                attest = Math.Min(attest, await StepAsync(scratch, issuer, "attest", folder, authority.Url));
                sign = Math.Min(sign, await StepAsync(scratch, issuer, "sign", folder, authority.Url));
            }

            var written = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length - size;
            var signMs = Stopwatch.GetElapsedTime(0, sign).TotalMilliseconds;
            report.Row(
                size.ToString("#,0", CultureInfo.InvariantCulture),
                Latencies.Milliseconds(Stopwatch.GetElapsedTime(0, attest).TotalMilliseconds),
                Latencies.Milliseconds(signMs),
                Latencies.Milliseconds(signMs / size),
                written.ToString("#,0", CultureInfo.InvariantCulture));
        }

        report.Print();
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

    private static async Task<long> StepAsync(Scratch scratch, PipelineIssuer issuer, string verb, string folder, string authority)
    {
        var token = scratch.New("token");
        await File.WriteAllTextAsync(token, issuer.IssueToken());
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(Program(), [verb, "*.bin", "--bundle-dir", "bundles", "--authority", authority, "--identity-token", token])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_ROOT"] = AuthorityProcess.DotnetRoot() },
        })!;
        var (log, report) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        var ticks = Stopwatch.GetTimestamp() - start;
        await report;
        return process.ExitCode == 0 ? ticks : throw new InvalidOperationException($"The agent ended with {process.ExitCode}: {await log}");
    }

    /// <summary>The published one where it is named, else the one that was built with this program.</summary>
    private static string Program() => Environment.GetEnvironmentVariable("SIGNINGACTION_AGENT") is { Length: > 0 } published
        ? published
        : Path.Combine(AppContext.BaseDirectory, "signing-agent");
}
