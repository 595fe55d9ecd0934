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
    public double PerSecond => Latencies.Count / Elapsed.TotalSeconds;

    public double ServerMicroseconds => ServerCpu.TotalMicroseconds / Latencies.Count;

    public double ClientMicroseconds => ClientCpu.TotalMicroseconds / Latencies.Count;

    /// <summary>
    /// Sends the requests again and again for a time. The runtime compiles hot code twice, first with counters in it; until that is over it costs
    /// half as much again, and a server that runs for months is not measured in its first seconds.
    /// </summary>
    public static async Task WarmUpAsync(AuthorityProcess server, int connections, ArraySegment<byte[]> requests, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            _ = await RunAsync(server, connections, requests, time - Stopwatch.GetElapsedTime(start));
        }
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
