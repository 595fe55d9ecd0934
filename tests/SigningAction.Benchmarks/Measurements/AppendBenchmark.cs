using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>One writer alone: how long until it has a durable entry and its proof.</summary>
internal static class AppendBenchmark
{
    private const int WarmUp = 6_000;
    private const int Appends = 2_000;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(8);

    public static async Task RunAsync()
    {
        using var scratch = new Scratch();
        var entries = SignedEntries.Make(WarmUp + Appends);
        await using var authority = await AuthorityProcess.StartAsync(scratch);
        await Load.RunAsync(authority, 8, new ArraySegment<byte[]>(entries.Requests, 0, WarmUp / 2), AtMost);
        await Load.RunAsync(authority, 1, new ArraySegment<byte[]>(entries.Requests, WarmUp / 2, WarmUp / 2), AtMost);
        var disk = DiskLimit.Measure(scratch.Folder);
        var load = await Load.RunAsync(authority, 1, new ArraySegment<byte[]>(entries.Requests, WarmUp, Appends), AtMost);
        var verified = entries.Verify(load.Answers, WarmUp, await authority.TrustedRootAsync());

        var report = new Report($"A lone append over HTTP, durable ({scratch.FileSystem}), every answer's proof verified ({verified})", "", "median", "p99", "least", "server CPU");
        report.Row("POST /api/v2/log/entries", load.Latencies.Median, load.Latencies.P99, Latencies.Milliseconds(load.Latencies.LeastMs), Report.Microseconds(load.ServerMicroseconds));
        report.Row("limit: 8 KiB appended and synced", disk.Median, disk.P99, Latencies.Milliseconds(disk.LeastMs));
        report.Say($"An append takes {load.Latencies.MedianMs / disk.MedianMs:0.0} times one sync of the disk; it makes two (the database's log, the high-water file).");
        report.Print();
    }
}
