using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>Many writers: how much the authority takes, and what of its time is HTTP, reading the request, and the ledger itself.</summary>
internal static class AppendLoadBenchmark
{
    private const int Writers = 256;
    private const int WarmUp = 30_000;
    private const int Appends = 40_000;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(6);

    public static async Task RunAsync()
    {
        using var scratch = new Scratch();
        var cores = Environment.ProcessorCount;
        var entries = SignedEntries.Make(WarmUp + Appends);
        var report = new Report(
            $"Appends with {Writers} writers on {cores} cores ({scratch.FileSystem}); requests signed beforehand, client and server share the cores", "", "rate", "median", "p99", "CPU each");
        var disk = DiskLimit.Measure(scratch.Folder);
        var load = await OverHttpAsync(scratch, entries, report);
        var (ledger, ledgerCpu) = await LedgerAloneAsync(scratch, entries, report);

        var strangers = SignedEntries.Anybody();
        var reading = CpuRate.Of(cores, TimeSpan.FromSeconds(1), turn => EntryRequest.Read(entries.Bodies[turn % entries.Bodies.Length], strangers));
        report.Row("reading: JSON, certificate, signature", reading.Rate, "", "", reading.Cpu);
        using var primitives = new Primitives();
        var platform = CpuRate.Of(cores, TimeSpan.FromSeconds(1), _ => primitives.ImportAndVerify());
        report.Row("P-256 import and verification by the platform", platform.Rate, "", "", platform.Cpu);
        var limit = CpuRate.Of(cores, TimeSpan.FromSeconds(1), _ => primitives.ImportDirectlyAndVerify());
        report.Row("limit: P-256 import and verification", limit.Rate, "", "", limit.Cpu);
        report.Row("limit: 8 KiB appended and synced", Report.Rate(1000 / disk.MedianMs), disk.Median, disk.P99, "");
        report.Say($"Over HTTP it reaches {load.PerSecond / limit.PerSecond:0.00} of the primitives' rate, {load.PerSecond * disk.MedianMs / 1000:0.0} entries a sync of the disk.");
        report.Say($"Of {load.ServerMicroseconds:0} µs of server CPU, {limit.CpuMicroseconds:0} are the primitives, {reading.CpuMicroseconds - limit.CpuMicroseconds:0} the rest of reading, {ledgerCpu:0} the ledger (as measured alone, with its proofs), {load.ServerMicroseconds - reading.CpuMicroseconds - ledgerCpu:0} HTTP and the answer.");
        report.Say($"The ledger alone takes {ledger:#,0}/s. The HTTP client takes {load.ClientMicroseconds:0} µs of the same cores for each entry.");
        report.Print();
    }

    private static async Task<Load> OverHttpAsync(Scratch scratch, SignedEntries entries, Report report)
    {
        await using var authority = await AuthorityProcess.StartAsync(scratch);

        // The same entry again is found and not appended, which warms all but the ledger; so some more that are new come last.
        _ = await Load.WarmUpAsync(authority, Writers, new ArraySegment<byte[]>(entries.Requests, 0, WarmUp / 2));
        await Load.RunAsync(authority, Writers, new ArraySegment<byte[]>(entries.Requests, WarmUp / 2, WarmUp / 2), AtMost);
        var load = await Load.RunAsync(authority, Writers, new ArraySegment<byte[]>(entries.Requests, WarmUp, Appends), AtMost);
        var peak = authority.PeakBytes;
        var verified = entries.Verify(load.Answers, WarmUp, await authority.TrustedRootAsync());
        report.Row("POST /api/v2/log/entries", Report.Rate(load.PerSecond), load.Latencies.Median, load.Latencies.P99, Report.Microseconds(load.ServerMicroseconds));
        report.Say($"{verified} answers verified: own index, proof, a checkpoint of the log that covers it. Peak memory of the server: {Report.Mebibytes(peak)}.");
        return load;
    }

    private static async Task<(double PerSecond, double CpuMicroseconds)> LedgerAloneAsync(Scratch scratch, SignedEntries entries, Report report)
    {
        var folder = scratch.New("ledger-alone");
        await AuthorityProcess.SetUpAsync(folder, "http://127.0.0.1:8080");
        using var material = AuthorityMaterial.Open(folder);
        await using var store = SqliteLedgerStore.Open(material.Paths.Database);
        await using var ledger = await AuthorityLedger.OpenAsync(
            store, material.Paths.HighWater, material.Ledger, TimeProvider.System, NullLogger<AuthorityLedger>.Instance);
        var leaves = entries.Leaves();
        _ = await AppendAsync(ledger, new ArraySegment<byte[]>(leaves, 0, WarmUp));
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var latencies = await AppendAsync(ledger, new ArraySegment<byte[]>(leaves, WarmUp, Appends));
        var perSecond = latencies.Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        var each = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / latencies.Count;
        report.Row("the ledger without HTTP and reading", Report.Rate(perSecond), latencies.Median, latencies.P99, Report.Microseconds(each));
        return (perSecond, each);
    }

    private static async Task<Latencies> AppendAsync(AuthorityLedger ledger, ArraySegment<byte[]> leaves)
    {
        var ticks = new long[leaves.Count];
        var next = -1;
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < leaves.Count && Stopwatch.GetElapsedTime(begin) < AtMost; i = Interlocked.Increment(ref next))
            {
                var start = Stopwatch.GetTimestamp();
                var committed = await ledger.AppendAsync(LogId.Signatures, leaves[i]);
                _ = await committed.ProveAsync();
                ticks[i] = Stopwatch.GetTimestamp() - start;
            }
        })));
        return new Latencies(ticks.Where(tick => tick > 0));
    }
}
