using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.EndToEnd.Tests.Ledger;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>The published authority on a copy of another one's folder: as many as a test likes, each to be broken once.</summary>
internal sealed class BrittleAuthority : IAsyncDisposable
{
    private readonly List<string> _log = [];
    private Process? _process;

    private BrittleAuthority(string folder, string authorityFolder) => (Folder, AuthorityFolder) = (folder, authorityFolder);

    /// <summary>A folder for the test's own files.</summary>
    public string Folder { get; }

    /// <summary>The authority's folder.</summary>
    public string AuthorityFolder { get; }

    public string Url { get; private set; } = "";

    public int ProcessId => _process!.Id;

    /// <summary>Whether it ended by itself.</summary>
    public bool HasExited => _process!.HasExited;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Everything that it logged.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Another one on files that are somebody else's.</summary>
    public static BrittleAuthority On(string authorityFolder) => new(Directory.CreateTempSubdirectory("signingaction-brittle-").FullName, authorityFolder);

    /// <summary>Copies a stopped authority, modes and all.</summary>
    public static async Task<BrittleAuthority> CopyAsync(string authorityFolder)
    {
        var folder = Directory.CreateTempSubdirectory("signingaction-brittle-").FullName;
        var copy = new BrittleAuthority(folder, Path.Combine(folder, "authority"));
        var done = await Command.RunAsync("cp", ["-a", authorityFolder, copy.AuthorityFolder], copy.Folder);
        Assert.True(done.ExitCode == 0, done.Text);
        return copy;
    }

    /// <summary>Starts it on a port of its own and waits until it listens.</summary>
    /// <param name="before">A program and its arguments that run the authority's, for example with a limit.</param>
    public async Task StartAsync(params IReadOnlyList<string> before)
    {
        IReadOnlyList<string> command = [.. before, Installed.Authority, "serve", AuthorityFolder, "--listen", "http://127.0.0.1:0"];
        _process = Command.Start(command[0], command.Skip(1), Folder);
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
            {
                _log.Add(line.Data ?? "");
            }
        };
        _process.BeginErrorReadLine();
        var first = await _process.StandardOutput.ReadLineAsync().WithinDeadlineAsync();
        Assert.True(first?.StartsWith("Listening on ", StringComparison.Ordinal) == true, $"the authority did not start: {first}\n{Log}");
        Url = first.Split(' ')[2];
        Http = Running.Http.Client(Url);

        // A request that changes nothing: code and connections are warm, so that what follows is the work of a server that runs.
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync());
    }

    /// <summary>Starts it under a program that kills it before it listens.</summary>
    public async Task StartAndDieAsync(params IReadOnlyList<string> before)
    {
        IReadOnlyList<string> command = [.. before, Installed.Authority, "serve", AuthorityFolder, "--listen", "http://127.0.0.1:0"];
        using var process = Command.Start(command[0], command.Skip(1), Folder);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithinDeadlineAsync();
        Assert.True(process.ExitCode == 128 + 9 && (await output).Length == 0, $"it was not killed: exit {process.ExitCode}\n{await output}\n{await error}");
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await WaitForExitAsync();
    }

    /// <summary>Waits until it is gone.</summary>
    public async Task WaitForExitAsync()
    {
        await _process!.WaitForExitAsync().WithinDeadlineAsync();
        _process.Dispose();
        _process = null;
        Http?.Dispose(); // none when the start failed
    }

    /// <summary>Sends it a signal.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", ProcessId.ToString(CultureInfo.InvariantCulture)])!;
        await kill.WaitForExitAsync().WithinDeadlineAsync();
    }

    /// <summary>What <c>/readyz</c> says of the ledger.</summary>
    public async Task<(HttpStatusCode Status, string? Ledger)> ReadinessAsync()
    {
        using var answer = await Http.GetAsync("/readyz");
        return (answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["ledger"]);
    }

    /// <summary>The status of <c>/readyz</c>.</summary>
    public async Task<HttpStatusCode> ReadyAsync()
    {
        using var answer = await Http.GetAsync("/readyz");
        return answer.StatusCode;
    }

    /// <summary>Waits until it says that it can do its work.</summary>
    public Task UntilReadyAsync() => Eventually.TrueAsync(async () => await ReadyAsync() == HttpStatusCode.OK, () => $"not ready again\n{Log}");

    /// <summary>Sends an entry as its clients do, who are told that trying again is always safe.</summary>
    /// <returns>Its index.</returns>
    public async Task<long> SendUntilTakenAsync(SignedEntry entry)
    {
        long? taken = null;
        await Eventually.TrueAsync(
            async () =>
            {
                (var status, taken) = await entry.SendAsync(Http);
                Assert.True(taken is not null || status == HttpStatusCode.ServiceUnavailable, $"answered with {status}");
                return taken is not null;
            },
            () => $"not taken\n{Log}");
        return taken!.Value;
    }

    /// <summary>The signature log, read and checked as a monitor does.</summary>
    public async Task<(Checkpoint Checkpoint, IReadOnlyList<ReadOnlyMemory<byte>> Leaves)> ReadLogAsync(TrustedRoot root)
    {
        var log = root.Logs.Single();
        var tiles = new TileLog(Http, "/api/v2", NoteKey.ForLog(log.Origin, log.Key));
        var checkpoint = await tiles.CheckpointAsync();
        return (checkpoint, await tiles.LeavesAsync(checkpoint));
    }

    /// <summary>Derives everything from the leaves again: what the program's fsck does, without the start of a program.</summary>
    public async Task FsckAsync()
    {
        using var material = AuthorityMaterial.Open(AuthorityFolder);
        await using var store = SqliteLedgerStore.OpenReadOnly(material.Paths.Database);
        var report = await Fsck.RunAsync(store, material.Ledger, material.Paths.HighWater);
        Assert.True(report.Findings.Count == 0, string.Join('\n', report.Findings));
    }

    /// <summary>The program's own fsck.</summary>
    /// <param name="before">A program and its arguments that run it, for example in the server's name space.</param>
    public async Task FsckByCommandAsync(params IReadOnlyList<string> before)
    {
        IReadOnlyList<string> command = [.. before, Installed.Authority, "fsck", AuthorityFolder];
        var fsck = await Command.RunAsync(command[0], command.Skip(1), Folder);
        Assert.True(fsck.ExitCode == 0, fsck.Text);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
