using System.Security.Cryptography;
using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;
using SigningAction.Evidence.Timestamps;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>RFC 3161 timestamps: nothing is stored, so this is one signature and HTTP.</summary>
internal static class TimestampBenchmark
{
    private const int Connections = 64;
    private const int WarmUp = 20_000;
    private const int Stamps = 80_000;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(6);

    public static async Task RunAsync()
    {
        using var scratch = new Scratch();
        var cores = Environment.ProcessorCount;
        var stamped = Enumerable.Range(0, WarmUp + Stamps).Select(_ => RandomNumberGenerator.GetBytes(71)).ToArray();
        byte[][] requests = [.. stamped.Select(bytes => Connection.Request(
            "POST", "/api/v1/timestamp", "application/timestamp-query", TimestampRequest.ForSignature(bytes).Encode()))];
        await using var authority = await AuthorityProcess.StartAsync(scratch);
        _ = await Load.WarmUpAsync(authority, Connections, new ArraySegment<byte[]>(requests, 0, WarmUp));
        var load = await Load.RunAsync(authority, Connections, new ArraySegment<byte[]>(requests, WarmUp, Stamps), AtMost);
        var lone = await Load.RunAsync(authority, 1, new ArraySegment<byte[]>(requests, 0, 4_000), TimeSpan.FromSeconds(2));
        var peak = authority.PeakBytes;
        var authorities = (await authority.TrustedRootAsync()).TimestampAuthorities;
        Parallel.For(0, load.Answers.Count, i => _ = load.Answers[i].Length == 0 ? null : TimestampVerifier.Verify(load.Answers[i], stamped[WarmUp + i], authorities));

        using var primitives = new Primitives();
        var limit = CpuRate.Of(cores, TimeSpan.FromSeconds(1), _ => primitives.Sign());
        var report = new Report($"Timestamps on {cores} cores; client and server share them", "", "rate", "median", "p99", "CPU each");
        report.Row($"POST /api/v1/timestamp, {Connections} connections", Report.Rate(load.PerSecond), load.Latencies.Median, load.Latencies.P99, Report.Microseconds(load.ServerMicroseconds));
        report.Row("POST /api/v1/timestamp, 1 connection", Report.Rate(lone.PerSecond), lone.Latencies.Median, lone.Latencies.P99, Report.Microseconds(lone.ServerMicroseconds));
        report.Row("limit: P-256 signature", limit.Rate, "", "", limit.Cpu);
        report.Say($"It reaches {load.PerSecond / limit.PerSecond:0.00} of the primitive's rate; by processor time of the server {limit.CpuMicroseconds / load.ServerMicroseconds:0.00}.");
        report.Say($"{load.Latencies.Count} tokens verified. Peak memory of the server: {Report.Mebibytes(peak)}. Client: {load.ClientMicroseconds:0} µs each.");
        report.Say($"The Go timestamp authority reaches 1,500/s on one connection and 5,400/s on 64, on four such cores.");
        report.Print();
    }
}
