using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>Whether an authority stays what it is when its log grows: start, a lone append, many writers, memory, at one size after the other of the same log.</summary>
internal static class GrowthBenchmark
{
    private const int Fillers = 4_096;
    private const int Writers = 256;
    private const int WarmUp = 2_000;
    private const int Appends = 1_000;
    private const int CrowdWarmUp = 30_000;
    private const int CrowdAppends = 20_000;
    private const string EntriesVariable = "SIGNINGACTION_BENCHMARK_ENTRIES";
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(6);

    public static async Task RunAsync()
    {
        using var scratch = new Scratch();
        var (folder, url) = (scratch.New("authority"), AuthorityProcess.FreeUrl());
        await AuthorityProcess.SetUpAsync(folder, url);
        var last = long.Parse(Environment.GetEnvironmentVariable(EntriesVariable) ?? "100000", CultureInfo.InvariantCulture);
        long[] sizes = [.. new[] { 1_000L, 100_000L, 1_000_000L }.Where(size => size < last), last];
        var report = new Report($"One log as it grows ({scratch.FileSystem}); every answer's proof verified", "", "start", "8 KiB sync", "lone append", "p99", $"{Writers} writers", "p99", "server CPU", "peak memory", "database", "filled at");
        foreach (var size in sizes)
        {
            var filled = await FillAsync(folder, size);
            var entries = SignedEntries.Make(WarmUp + Appends + CrowdWarmUp + CrowdAppends);
            var disk = DiskLimit.Measure(scratch.Folder);
            var start = Stopwatch.GetTimestamp();
            await using var authority = await AuthorityProcess.ServeAsync(folder, url);
            var started = Stopwatch.GetElapsedTime(start);
            await Load.RunAsync(authority, 4, new ArraySegment<byte[]>(entries.Requests, 0, WarmUp), AtMost);
            var load = await Load.RunAsync(authority, 1, new ArraySegment<byte[]>(entries.Requests, WarmUp, Appends), AtMost);
            _ = entries.Verify(load.Answers, WarmUp, await authority.TrustedRootAsync());
            await Load.RunAsync(authority, Writers, new ArraySegment<byte[]>(entries.Requests, WarmUp + Appends, CrowdWarmUp), AtMost);
            var crowd = await Load.RunAsync(authority, Writers, new ArraySegment<byte[]>(entries.Requests, WarmUp + Appends + CrowdWarmUp, CrowdAppends), AtMost);
            _ = entries.Verify(crowd.Answers, WarmUp + Appends + CrowdWarmUp, await authority.TrustedRootAsync());
            report.Row(
                $"{size:#,0} entries", Latencies.Milliseconds(started.TotalMilliseconds), disk.Median, load.Latencies.Median, load.Latencies.P99,
                Report.Rate(crowd.PerSecond), crowd.Latencies.P99, Report.Microseconds(crowd.ServerMicroseconds), Report.Mebibytes(authority.PeakBytes),
                Report.Mebibytes(new FileInfo(AuthorityPaths.Of(folder).Database).Length), filled > 0 ? Report.Rate(filled) : "");
        }

        report.Say($"Start: the whole process, until it listens. The log is filled through the ledger, without HTTP; the crowd adds {CrowdWarmUp + CrowdAppends:#,0} to it. Server CPU: an append of the crowd.");
        report.Print();
    }

    /// <summary>
    /// Appends entries until the log has this many. Their signature is another's: the ledger reads them and does not verify. They name a bare key, which makes
    /// them small enough for ten million to fit on a disk; tiles, rows and indexes are as many and as large as for others.
    /// </summary>
    /// <returns>Entries a second.</returns>
    private static async Task<double> FillAsync(string folder, long size)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (signature, spki) = (key.SignHash(new byte[32], DSASignatureFormat.Rfc3279DerSequence), VerificationKey.Of(key));
        using var material = AuthorityMaterial.Open(folder);
        await using var store = SqliteLedgerStore.Open(material.Paths.Database);
        await using var ledger = await AuthorityLedger.OpenAsync(
            store, material.Paths.HighWater, material.Ledger, TimeProvider.System, NullLogger<AuthorityLedger>.Instance);
        var first = ledger.Reader(LogId.Signatures).Head.Size;
        var next = first - 1;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Fillers).Select(writer => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) < size)
            {
                var entry = new HashedRekordEntry(RandomNumberGenerator.GetBytes(32), signature, spki.Spki, isCertificate: false, spki.Details);
                _ = await ledger.AppendAsync(LogId.Signatures, entry.CanonicalBody());
            }
        })));
        return Math.Max(0, size - first) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
