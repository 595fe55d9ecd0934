using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.EndToEnd.Tests.Ledger;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Operation;

/// <summary>An authority is replaced by the next one under load, and told to stop with everything in flight.</summary>
public sealed class RestartTests : IAsyncLifetime
{
    private const int Writers = 8;
    private const int Readers = 4;
    private const int InFlight = 500;

    private readonly LiveAuthority _authority = new();

    public async ValueTask InitializeAsync()
    {
        await _authority.InitializeAsync();
        if (Installed.HasAuthority)
        {
            Assert.Equal(0, await _authority.StopAsync());
        }
    }

    public ValueTask DisposeAsync() => _authority.DisposeAsync();

    [Fact]
    public async Task It_tells_systemd_when_it_is_ready_and_when_it_stops()
    {
        _ = Installed.Authority;
        var notify = Path.Combine(_authority.Folder, "notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(notify));
        using var authority = AuthorityProcess.StartNotifying(notify, _authority);
        await ToldAsync("READY=1");
        using (var http = Http.Client(_authority.Url))
        {
            using var answer = await http.GetAsync("/readyz", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await authority.SignalAsync("TERM");
        await ToldAsync("STOPPING=1");
        Assert.Equal(0, await authority.ExitAsync());

        async Task ToldAsync(string state)
        {
            var message = new byte[4096];
            var length = await systemd.ReceiveAsync(message, TestContext.Current.CancellationToken).AsTask().WithinDeadlineAsync();
            Assert.Contains(state, Encoding.UTF8.GetString(message, 0, length), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_request_fails_when_an_authority_is_replaced_behind_an_inherited_socket()
    {
        _ = Installed.Authority;
        await ConfigureAsync(json => (json["limits"]!["lingerSeconds"], json["limits"]!["startSeconds"]) = (60, 300));
        using var socket = new ListeningSocket(_authority.Url);
        var failures = new ConcurrentQueue<string>();
        var answers = new int[Writers + Readers];
        var acknowledged = new ConcurrentDictionary<long, byte[]>();
        using var stop = new CancellationTokenSource();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var first = AuthorityProcess.StartBehind(socket, _authority);
        Assert.Contains($"Listening on {_authority.Url} ", await first.ListensAsync(), StringComparison.Ordinal);
        var load = Task.WhenAll(Enumerable.Range(0, answers.Length).Select(worker => Task.Run(() => WorkAsync(worker))));
        await ProgressAsync();

        // The next one is there before the last one is told to go, and waits for the database.
        using var second = AuthorityProcess.StartBehind(socket, _authority);
        await second.LoggedAsync("Another process still uses the database");
        await ProgressAsync();
        await first.SignalAsync("TERM");
        Assert.Equal(0, await first.ExitAsync());
        await second.ListensAsync();
        await ProgressAsync();

        // And one that is started only when the last one is gone: connections wait in the socket's queue meanwhile.
        await second.SignalAsync("TERM");
        Assert.Equal(0, await second.ExitAsync());
        using var third = AuthorityProcess.StartBehind(socket, _authority);
        await third.ListensAsync();
        await ProgressAsync();
        await stop.CancelAsync();
        await load;
        Assert.Empty(failures);
        await third.SignalAsync("TERM");
        Assert.Equal(0, await third.ExitAsync());
        await _authority.DoneAsync("fsck", _authority.AuthorityFolder);
        Assert.Equal(Enumerable.Range(0, acknowledged.Count).Select(index => (long)index), acknowledged.Keys.Order());

        async Task WorkAsync(int worker)
        {
            using var http = Http.Client(_authority.Url);
            http.Timeout = TimeSpan.FromMinutes(5);
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    if (worker >= Writers)
                    {
                        Assert.Contains("\n", await http.GetStringAsync("/api/v2/checkpoint"), StringComparison.Ordinal);
                    }
                    else
                    {
                        var entry = new SignedEntry(key);
                        var (status, index) = await entry.SendAsync(http);
                        Assert.True(index is { } given && acknowledged.TryAdd(given, entry.Leaf), $"{status}, index {index}");
                    }

                    _ = Interlocked.Increment(ref answers[worker]);
                }
                catch (Exception e)
                {
                    failures.Enqueue(e.ToString());
                    return;
                }
            }
        }

        // Every worker is answered twice from here on.
        async Task ProgressAsync()
        {
            var before = answers.Select((_, worker) => Volatile.Read(ref answers[worker])).ToArray();
            while (failures.IsEmpty && before.Where((count, worker) => Volatile.Read(ref answers[worker]) < count + 2).Any())
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    [SuppressMessage("Reliability", "CA2025:Do not pass 'IDisposable' instances into unawaited tasks", Justification = "All of them are awaited before the test ends.")]
    public async Task L_29_told_to_stop_with_500_in_flight_it_says_that_it_is_not_ready_and_answers_everybody()
    {
        _ = Installed.Authority;
        await ConfigureAsync(json =>
        {
            json["limits"]!["drainSeconds"] = 5;
            json["log"] = new JsonObject { ["format"] = "Json" };
        });
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var process = AuthorityProcess.Start(_authority);
        await process.ListensAsync();
        using var http = Http.Client(_authority.Url, InFlight);
        using var monitor = Http.Client(_authority.Url);
        Assert.Equal("ready", await ReadinessAsync(monitor));

        // It is held while they are sent, so that all of them are on their way when it is told.
        await process.SignalAsync("STOP");
        using var sent = new CountdownEvent(InFlight);
        List<SignedEntry> entries = [.. Enumerable.Range(0, InFlight).Select(_ => new SignedEntry(key))];
        var answers = Task.WhenAll(entries.Select(entry => Task.Run(() => entry.SendAsync(http, () => sent.Signal()))));
        Assert.True(await Task.Run(() => sent.Wait(TimeSpan.FromMinutes(2))), "the requests were not taken by the kernel");
        await process.SignalAsync("TERM");
        await process.SignalAsync("CONT");
        string readiness;
        while ((readiness = await ReadinessAsync(monitor)) == "ready")
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal("stopping", readiness);
        var results = await answers;
        Assert.All(results, result => Assert.True(result.Status is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, result.Status.ToString()));
        Assert.Contains(results, result => result.Index is not null);
        Assert.Equal(0, await process.ExitAsync());
        Assert.Contains(process.Log, line => (int?)JsonNode.Parse(line)!["EventId"] == 4022);
        Assert.Equal(4023, (int?)JsonNode.Parse(process.Log[^1])!["EventId"]);
        await _authority.DoneAsync("fsck", _authority.AuthorityFolder);

        // What was acknowledged is there, and what was not may be sent again: the same entry has the same index.
        await _authority.StartAsync();
        using var again = Http.Client(_authority.Url);
        foreach (var (entry, result) in entries.Zip(results).Where(pair => pair.Second.Index is null).Concat(entries.Zip(results).Take(20)))
        {
            var (status, index) = await entry.SendAsync(again);
            Assert.Equal(HttpStatusCode.Created, status);
            Assert.True(result.Index is null || result.Index == index, $"{result.Index} became {index}");
        }
    }

    [Theory]
    [InlineData("2", "LISTEN_FDS is '2'")]
    [InlineData("1", "is none of TCP")]
    public async Task What_is_no_listening_socket_is_refused(string count, string sentence)
    {
        var result = await Command.RunAsync(
            "bash", ["-c", "exec 3</dev/null; export LISTEN_FDS=\"$1\" LISTEN_PID=$$; exec \"$2\" serve \"$3\"", "socket", count, Installed.Authority, _authority.AuthorityFolder], _authority.Folder);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_does_not_leave_the_database_is_named_after_a_bounded_wait()
    {
        _ = Installed.Authority;
        await ConfigureAsync(json => json["limits"]!["startSeconds"] = 1);
        using var first = AuthorityProcess.Start(_authority);
        await first.ListensAsync();
        using var socket = new ListeningSocket("http://127.0.0.1:0");
        using var second = AuthorityProcess.StartBehind(socket, _authority);
        Assert.Equal(1, await second.ExitAsync());
        await Task.Run(async () =>
        {
            while (!second.Log.Any(line => line.Contains("Another process uses", StringComparison.Ordinal)))
            {
                await Task.Delay(20);
            }
        }).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task<string> ReadinessAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["status"]!;
    }

    /// <summary>All requests come from one address here, and their entries have no certificate, whatever else a test sets.</summary>
    private async Task ConfigureAsync(Action<JsonNode> change)
    {
        var path = Path.Combine(_authority.AuthorityFolder, "authority.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        json["limits"]!["requestsPerSecond"] = 1_000_000;
        json["limits"]!["burst"] = 1_000_000;
        json["ledger"]!["signers"] = "Anybody";
        change(json);
        await File.WriteAllTextAsync(path, json.ToJsonString());
    }
}
