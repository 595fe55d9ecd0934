using System.Diagnostics;
using System.Globalization;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Operation;

/// <summary>One process of the published authority, from its start to its exit code.</summary>
internal sealed class AuthorityProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly List<string> _log = [];

    private AuthorityProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
            {
                if (line.Data is { } text)
                {
                    _log.Add(text);
                }
            }
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>Every line that it logged.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
            {
                return [.. _log];
            }
        }
    }

    public static AuthorityProcess Start(LiveAuthority authority) =>
        new(Command.Start(Installed.Authority, ["serve", authority.AuthorityFolder], authority.Folder));

    /// <summary>Hands it a listening socket as systemd does: as descriptor 3, with its own process id beside it.</summary>
    public static AuthorityProcess StartBehind(ListeningSocket socket, LiveAuthority authority) => new(Command.Start(
        "bash",
        ["-c", "exec 3<&\"$1\"; export LISTEN_FDS=1 LISTEN_PID=$$; shift; exec \"$@\"", "socket", socket.Descriptor, Installed.Authority, "serve", authority.AuthorityFolder],
        authority.Folder));

    /// <summary>Starts it as systemd starts a service of <c>Type=notify</c>: its parent has that name, and it is told where to say how it fares.</summary>
    public static AuthorityProcess StartNotifying(string notify, LiveAuthority authority)
    {
        var parent = Path.Combine(authority.Folder, "systemd");
        File.Copy("/bin/bash", parent, overwrite: true);
        return new(Command.Start(
            parent,
            ["-c", "trap 'kill -TERM $child' TERM; \"$@\" & child=$!; wait $child; wait $child", "service", Installed.Authority, "serve", authority.AuthorityFolder],
            authority.Folder,
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = notify }));
    }

    /// <summary>Waits until it says that it listens.</summary>
    public async Task<string> ListensAsync()
    {
        var first = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        Assert.True(first?.StartsWith("Listening on ", StringComparison.Ordinal) == true, $"the authority did not start: {first}\n{string.Join('\n', Log)}");
        return first;
    }

    /// <summary>Waits for an event in its log.</summary>
    public async Task LoggedAsync(string text)
    {
        for (var began = Stopwatch.StartNew(); !Log.Any(line => line.Contains(text, StringComparison.Ordinal)); await Task.Delay(20))
        {
            Assert.True(began.Elapsed < Patience && !_process.HasExited, $"it never logged '{text}':\n{string.Join('\n', Log)}");
        }
    }

    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
