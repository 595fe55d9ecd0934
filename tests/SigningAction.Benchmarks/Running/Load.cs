using System.Diagnostics;
using SigningAction.Benchmarks.Measuring;

namespace SigningAction.Benchmarks.Running;

/// <summary>What came of sending requests on many connections, each of which sends its next when it has its answer.</summary>
/// <param name="Elapsed">From the first request to the last answer.</param>
/// <param name="Latencies">From each request to its answer.</param>
/// <param name="Answers">The answers by the number of their request; an empty one was not sent any more.</param>
/// <param name="ClientCpu">Processor time of this process.</param>
/// <param name="ServerCpu">Processor time of the server.</param>
internal sealed record Load(TimeSpan Elapsed, Latencies Latencies, IReadOnlyList<byte[]> Answers, TimeSpan ClientCpu, TimeSpan ServerCpu)
{
    private static readonly TimeSpan WarmUpAtMost = TimeSpan.FromSeconds(120);

    public double PerSecond => Latencies.Count / Elapsed.TotalSeconds;

    public double ServerMicroseconds => ServerCpu.TotalMicroseconds / Latencies.Count;

    public double ClientMicroseconds => ClientCpu.TotalMicroseconds / Latencies.Count;

    /// <summary>
    /// Sends the requests again and again until the server costs no less any more: twenty rounds of two seconds of which none was more than a fiftieth better than the best
    /// before. The runtime compiles hot code twice, and on one core, which its compiler shares with the requests, most of a minute may pass before the second time shows.
    /// </summary>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> WarmUpAsync(AuthorityProcess server, int connections, ArraySegment<byte[]> requests)
    {
        var start = Stopwatch.GetTimestamp();
        var (best, since, next) = (double.MaxValue, 0, 0);
        while (since < 20 && Stopwatch.GetElapsedTime(start) < WarmUpAtMost)
        {
            // On from where the last round ended: the same request soon again would get the same answer again, which is less work.
            var round = await RunAsync(server, connections, requests[next..], TimeSpan.FromSeconds(2));
            next = (next + round.Latencies.Count) % requests.Count;
            since = round.ServerMicroseconds < 0.98 * best ? 0 : since + 1;
            best = Math.Min(best, round.ServerMicroseconds);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Sends the requests, each once, until all are answered or the time is over.</summary>
    public static async Task<Load> RunAsync(AuthorityProcess server, int connections, ArraySegment<byte[]> requests, TimeSpan atMost)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Connection.OpenAsync(server.Url)));
        var answers = new byte[requests.Count][];
        Array.Fill(answers, []);
        var ticks = new long[requests.Count];
        var next = -1;
        var (client, served) = (Environment.CpuUsage.TotalTime, server.Cpu);
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(open.Select(connection => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < requests.Count && Stopwatch.GetElapsedTime(start) < atMost; i = Interlocked.Increment(ref next))
            {
                var sent = Stopwatch.GetTimestamp();
                var answer = await connection.SendAsync(requests[i]);
                ticks[i] = Stopwatch.GetTimestamp() - sent;
                answers[i] = answer.ToArray();
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(start);
        var load = new Load(
            elapsed, new Latencies(ticks.Where(tick => tick > 0)), answers, Environment.CpuUsage.TotalTime - client, server.Cpu - served);
        Array.ForEach(open, connection => connection.Dispose());
        return load;
    }
}
