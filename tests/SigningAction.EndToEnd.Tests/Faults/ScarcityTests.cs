using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using SigningAction.EndToEnd.Tests.Ledger;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>L-03, L-04, L-32: a start without room, file handles that callers use up, and memory that they try to.</summary>
public sealed class ScarcityTests(StoppedAuthority template) : IClassFixture<StoppedAuthority>, IDisposable
{
    private const int Entries = StoppedAuthority.Entries;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task L03_on_a_full_disk_it_does_not_start_says_what_to_do_and_starts_once_there_is_room()
    {
        Installed.RequireMounts();
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        const string script = """
            folder=$1; shift
            mkdir "$folder.disk" && mount -t tmpfs -o size=6m,mode=700 tmpfs "$folder.disk" && cp -a "$folder/." "$folder.disk" && mount --move "$folder.disk" "$folder" || exit 99
            dd if=/dev/zero of="$folder/fill" bs=4096 2>/dev/null
            "$@" && exit 98
            echo "first: $?" >&2
            rm "$folder/fill" && exec "$@"
            """;
        using var process = Command.Start(
            "unshare", ["--map-root-user", "--mount", "sh", "-c", script, "sh", authority.AuthorityFolder, Installed.Authority, "serve", authority.AuthorityFolder, "--listen", "http://127.0.0.1:0"], authority.Folder);
        try
        {
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var first = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            process.Kill();
            Assert.True(first?.StartsWith("Listening on ", StringComparison.Ordinal) == true, await error);
            var said = await error;
            Assert.Contains("first: 3", said, StringComparison.Ordinal);
            Assert.Contains("needs room for 4 MiB beside its database", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task L04_when_callers_use_up_the_file_handles_nothing_acknowledged_is_lost_and_afterwards_it_goes_on()
    {
        _ = Installed.Authority;
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await authority.StartAsync();
        await LimitAsync(authority, Directory.GetFileSystemEntries($"/proc/{authority.ProcessId}/fd").Length + 3);
        var sent = Enumerable.Range(0, 5).Select(_ => new SignedEntry(_key)).ToList();
        var acknowledged = new List<(SignedEntry Entry, long Index)>();
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < 20; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                idle.Add(socket);
                await socket.ConnectAsync("127.0.0.1", new Uri(authority.Url).Port);
            }

            foreach (var entry in sent)
            {
                // On the connection that is there. It is answered, yes or no; where it is lost all the same, nobody was told yes.
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
                try
                {
                    var (status, index) = await entry.SendAsync(authority.Http, patience.Token);
                    Assert.True(status is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, $"answered with {status}");
                    if (index is not null)
                    {
                        acknowledged.Add((entry, index.Value));
                    }
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
                {
                    // No yes.
                }
            }
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }

        await LimitAsync(authority, 4096);
        await authority.UntilReadyAsync();
        foreach (var (entry, index) in acknowledged)
        {
            Assert.Equal(index, (await entry.SendAsync(authority.Http)).Index);
        }

        foreach (var entry in sent)
        {
            _ = await authority.SendUntilTakenAsync(entry);
        }

        Assert.Equal(Entries + sent.Count, (await authority.ReadLogAsync(template.Root)).Checkpoint.Size);
        await authority.KillAsync();
        await authority.FsckAsync();
    }

    [Fact]
    public async Task L32_hostile_requests_cannot_use_up_the_memory_and_whoever_comes_after_them_is_served()
    {
        _ = Installed.Authority;
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);

        // 160 MiB of heap: where it were not bounded by the limits on requests, the runtime would end the process.
        await authority.StartAsync("env", "DOTNET_GCHeapHardLimit=0xA000000");
        var bodies = new[]
        {
            $$$"""{"credentials":{"oidcIdentityToken":"{{{new string('.', 200_000)}}}"}}""",
            $$$$"""{"credentials":{"oidcIdentityToken":"{{{{new string('A', 200_000)}}}}"},"publicKeyRequest":{"publicKey":{"content":"{{{{new string('B', 40_000)}}}}"}}}""",
            new string('[', 250_000),
            "{" + string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"m{i}\":{i}")) + "}",
            $$$"""{"hashedRekordRequestV002":{"digest":"{{{new string('A', 200_000)}}}"}}""",
            new string(' ', 20_000_000),
        };
        string[] paths = ["/api/v2/signingCert", "/api/v2/log/entries", "/api/v1/timestamp"];
        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, stop) =>
        {
            using var content = new StringContent(bodies[i % bodies.Length], Encoding.UTF8, "application/json");
            try
            {
                using var answer = await authority.Http.PostAsync(paths[i / bodies.Length % paths.Length], content, stop);
                Assert.False(answer.IsSuccessStatusCode);
            }
            catch (HttpRequestException)
            {
                // Hung up on in the middle of a body that it does not read.
            }
        });
        Assert.Equal(HttpStatusCode.OK, await authority.ReadyAsync());
        Assert.Equal(Entries, await authority.SendUntilTakenAsync(new SignedEntry(_key)));
        Assert.DoesNotContain("OutOfMemory", authority.Log, StringComparison.Ordinal);
        await authority.KillAsync();
        await authority.FsckAsync();
    }

    public void Dispose() => _key.Dispose();

    private static async Task LimitAsync(BrittleAuthority authority, int handles)
    {
        var limited = await Command.RunAsync("prlimit", ["--pid", authority.ProcessId.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"--nofile={handles}:")], authority.Folder);
        Assert.True(limited.ExitCode == 0, limited.Text);
    }
}
