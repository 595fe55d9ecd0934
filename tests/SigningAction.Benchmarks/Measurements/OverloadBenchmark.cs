using System.Diagnostics;
using SigningAction.Authority.Hosting;
using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>More than the authority can do: how fast it says so, what becomes of those it let in, and what a polite caller notices of a greedy one.</summary>
internal static class OverloadBenchmark
{
    private const int Prepared = 60_000;
    private const int Crowds = 4;
    private const int CrowdConnections = 1_000;
    private const int GreedyConnections = 500;
    private const int PoliteConnections = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(5);

    public static async Task RunAsync()
    {
        using var scratch = new Scratch();
        var entries = SignedEntries.Make(Prepared);
        var report = new Report($"Overload ({scratch.FileSystem}): POST /api/v2/log/entries", "", "taken", "median", "p99", "refused", "median", "p99");
        await CrowdAsync(scratch, entries, report);
        await GreedyAsync(scratch, entries, report);
        report.Print();
    }

    /// <summary>From several addresses, because one may have half of what is in flight at most. Who is refused waits as long as he is told.</summary>
    private static async Task CrowdAsync(Scratch scratch, SignedEntries entries, Report report)
    {
        var limits = new LimitOptions { RequestsPerSecond = 1_000_000, Burst = 10_000_000 };
        await using var authority = await AuthorityProcess.StartAsync(scratch, limits: limits);
        var requests = new Source(entries.Requests);
        _ = await CallAsync(authority, requests, "127.0.0.1", 256, WarmUp, wait: true);
        var crowds = await Task.WhenAll(Enumerable.Range(1, Crowds).Select(i => CallAsync(authority, requests, $"127.0.0.{i}", CrowdConnections, Time, wait: true)));
        Row(report, $"{Crowds * CrowdConnections} writers, {limits.InFlight} taken at once", Calls.Join(crowds), Time);
        report.Say($"Peak memory of the server: {Report.Mebibytes(authority.PeakBytes)}.");
    }

    /// <summary>With the default limits. The greedy caller never waits.</summary>
    private static async Task GreedyAsync(Scratch scratch, SignedEntries entries, Report report)
    {
        await using var authority = await AuthorityProcess.StartAsync(scratch, limits: new LimitOptions());
        var requests = new Source(entries.Requests);
        _ = await CallAsync(authority, requests, "127.0.0.3", 64, WarmUp, wait: false);
        Row(report, $"a polite caller alone, {PoliteConnections} connections", await PoliteAsync(authority, requests), Time);
        var greedy = CallAsync(authority, requests, "127.0.0.2", GreedyConnections, Time, wait: false);
        var polite = await PoliteAsync(authority, requests);
        Row(report, $"the same beside a greedy one", polite, Time);
        Row(report, $"the greedy one, {GreedyConnections} connections", await greedy, Time);
    }

    /// <summary>A pause between requests keeps it under the limit of one address.</summary>
    private static Task<Calls> PoliteAsync(AuthorityProcess authority, Source requests) =>
        CallAsync(authority, requests, "127.0.0.1", PoliteConnections, Time, wait: true, TimeSpan.FromMilliseconds(20));

    private static async Task<Calls> CallAsync(AuthorityProcess authority, Source requests, string from, int connections, TimeSpan time, bool wait, TimeSpan pause = default)
    {
        var start = Stopwatch.GetTimestamp();
        var calls = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var connection = await Connection.OpenAsync(authority.Url, from);
            var (taken, refused) = (new List<long>(), new List<long>());
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                var sent = Stopwatch.GetTimestamp();
                var (status, _) = await connection.AskAsync(requests.Next());
                var ticks = Stopwatch.GetTimestamp() - sent;
                if (status == 201)
                {
                    taken.Add(ticks);
                    await Task.Delay(pause);
                }
                else if (status is 429 or 503)
                {
                    refused.Add(ticks);
                    await Task.Delay(wait ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
                }
                else
                {
                    throw new InvalidOperationException($"The server answered {status}.");
                }
            }

            return new Calls(taken, refused);
        })));
        return Calls.Join(calls);
    }

    private static void Row(Report report, string what, Calls calls, TimeSpan time)
    {
        var (taken, refused) = (new Latencies(calls.Taken), new Latencies(calls.Refused));
        report.Row(
            what, Report.Rate(taken.Count / time.TotalSeconds), taken.Median, taken.P99,
            Report.Rate(refused.Count / time.TotalSeconds), refused.Count == 0 ? "" : refused.Median, refused.Count == 0 ? "" : refused.P99);
    }

    /// <summary>Times of requests that were answered with 201, and of those that were told to come back.</summary>
    private sealed record Calls(IReadOnlyList<long> Taken, IReadOnlyList<long> Refused)
    {
        public static Calls Join(IReadOnlyList<Calls> all) => new([.. all.SelectMany(calls => calls.Taken)], [.. all.SelectMany(calls => calls.Refused)]);
    }

    /// <summary>Requests in turn; when all were sent, again: a repeated entry is found instead of appended.</summary>
    private sealed class Source(byte[][] requests)
    {
        private int _next = -1;

        public byte[] Next() => requests[(Interlocked.Increment(ref _next) & int.MaxValue) % requests.Length];
    }
}
