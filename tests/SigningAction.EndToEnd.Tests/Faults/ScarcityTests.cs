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
            Assert.Contains("The authority needs room for 4 MiB there.", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task L04_callers_cannot_use_up_the_file_handles_and_whoever_was_let_in_is_served()
    {
        _ = Installed.Authority;
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await authority.StartAsync("prlimit", "--nofile=640:640");
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < 700; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                idle.Add(socket);
                try
                {
                    await socket.ConnectAsync("127.0.0.1", new Uri(authority.Url).Port);
                }
                catch (SocketException)
                {
                    // Beyond the share of one address it is ended at once, which may be before it has begun here.
                    continue;
                }
            }

            // On the connection that is there since the start.
            Assert.Equal(Entries, (await new SignedEntry(_key).SendAsync(authority.Http)).Index);
            Assert.Equal(HttpStatusCode.OK, await authority.ReadyAsync());
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }

        Assert.Equal(Entries + 1, await authority.SendUntilTakenAsync(new SignedEntry(_key)));
        Assert.Equal(Entries + 2, (await authority.ReadLogAsync(template.Root)).Checkpoint.Size);
        await authority.KillAsync();
        await authority.FsckAsync();
    }

    [Fact]
    public async Task L04_with_too_few_file_handles_it_does_not_start_and_says_how_many_it_needs()
    {
        _ = Installed.Authority;
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        var start = await Command.RunAsync(
            "prlimit", ["--nofile=400:400", Installed.Authority, "serve", authority.AuthorityFolder, "--listen", "http://127.0.0.1:0"], authority.Folder);
        Assert.Equal(1, start.ExitCode);
        Assert.Contains("may open 400 files at once (ulimit -n); it needs 512", start.Error, StringComparison.Ordinal);
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
}
