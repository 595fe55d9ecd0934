using System.Diagnostics;
using System.Text.Json.Nodes;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Running;

/// <summary>The published authority as a process of its own, with a stand-in for GitHub's OIDC service and a policy for one workflow.</summary>
public sealed class LiveAuthority : IAsyncLifetime
{
    private readonly List<string> _log = [];
    private Process? _process;

    /// <summary>The OIDC service.</summary>
    public PipelineIssuer Issuer { get; private set; } = null!;

    /// <summary>A folder for the test's own files; the authority's are below it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("signingaction-e2e-").FullName;

    /// <summary>The authority's folder.</summary>
    public string AuthorityFolder => Path.Combine(Folder, "authority");

    /// <summary>Whether its log takes entries of keys that have no certificate.</summary>
    public bool IsLogOpen { get; init; }

    /// <summary>Base URL.</summary>
    public string Url { get; private set; } = "";

    /// <summary>
    /// Base URL of the log that signers use who read no signing config: <see cref="Url"/>, until a test starts another log. All other services answer there too.
    /// </summary>
    public string LogUrl { get; set; } = "";

    /// <summary>Subject alternative name of what the allowed workflow signs.</summary>
    public string Identity => $"https://github.com/{Issuer.Run.Repository}/{Issuer.Run.WorkflowFile}@{Issuer.Run.Ref}";

    public string TrustedRoot => Path.Combine(Folder, "trust", "trusted_root.json");

    public string SigningConfig => Path.Combine(Folder, "trust", "signing_config.json");

    public async ValueTask InitializeAsync()
    {
        Issuer = await PipelineIssuer.StartAsync(TimeProvider.System);
        if (!Installed.HasAuthority)
        {
            // A fixture cannot skip; each test does, when it first asks for something.
            return;
        }

        Url = LogUrl = $"http://127.0.0.1:{LoopbackPort.Next()}";
        await DoneAsync("init", AuthorityFolder, "--url", Url, "--issuer", Issuer.Url, "--organization", "example.org");
        var run = Issuer.Run;
        await File.WriteAllTextAsync(
            Path.Combine(AuthorityFolder, "signing-policy.yml"),
            $"""
            version: 1
            issuer: {Issuer.Url}
            allow:
              - name: releases
                repository_id: {run.RepositoryId}
                owner_id: {run.OwnerId}
                workflow: {run.WorkflowFile}
                ref: {run.Ref}
                event: {run.Event}

            """);
        if (IsLogOpen)
        {
            var path = Path.Combine(AuthorityFolder, "authority.json");
            var json = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
            json["ledger"]!["signers"] = "Anybody";
            await File.WriteAllTextAsync(path, json.ToJsonString());
        }

        await WriteTrustAsync();
        await StartAsync();
    }

    /// <summary>Gives signers and verifiers what the authority asks them to trust now.</summary>
    public Task WriteTrustAsync() => DoneAsync("trust", AuthorityFolder, "--out", Path.Combine(Folder, "trust"));

    /// <summary>Starts it and waits until it listens.</summary>
    public async Task StartAsync()
    {
        _process = Command.Start(Installed.Authority, ["serve", AuthorityFolder], Folder);
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
            {
                _log.Add(line.Data ?? "");
            }
        };
        _process.BeginErrorReadLine();
        var first = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WithinDeadlineAsync();
        Assert.True(first?.StartsWith("Listening", StringComparison.Ordinal) == true, $"the authority did not start: {first}\n{Log}");
    }

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

    /// <summary>SIGKILL: no time for anything.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync().WithinDeadlineAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM and its exit code.</summary>
    public async Task<int> StopAsync()
    {
        _ = Installed.Authority;
        using var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])!;
        await _process.WaitForExitAsync().WithinDeadlineAsync();
        var code = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return code;
    }

    /// <summary>Runs one of its other commands, which must succeed.</summary>
    internal async Task<Command> DoneAsync(params string[] arguments)
    {
        var command = await Command.RunAsync(Installed.Authority, arguments, Folder);
        Assert.True(command.ExitCode == 0, command.Text);
        return command;
    }

    /// <summary>A file of the test.</summary>
    public string NewFile(string name, string content)
    {
        _ = Installed.Authority;
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("N"))).FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>A file that holds a fresh token of the allowed workflow.</summary>
    public string NewTokenFile() => NewFile("token", Issuer.IssueToken());

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        await Issuer.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
