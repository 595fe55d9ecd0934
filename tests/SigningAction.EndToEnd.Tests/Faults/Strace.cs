using System.Diagnostics;
using System.Globalization;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>
/// strace on a running process: lists its system calls, or makes one of them fail. It counts calls of each thread from the moment it is attached; a commit of
/// the ledger is the work of one thread, so the n-th call of the first commit after that is the n-th of its list.
/// </summary>
internal sealed class Strace : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _output;

    private Strace(Process process, string output) => (_process, _output) = (process, output);

    /// <summary>Attaches to all threads of a process, and to those that it starts.</summary>
    public static async Task<Strace> AttachAsync(int target, string folder, params IEnumerable<string> options)
    {
        var output = Path.Combine(folder, $"strace-{Guid.NewGuid():N}");
        var process = Process.Start(new ProcessStartInfo(
            Installed.Strace, ["-f", "-y", "-s", "16", "-o", output, .. options, "-p", target.ToString(CultureInfo.InvariantCulture)])
        { RedirectStandardError = true })!;
        for (var said = new List<string?>(); ;)
        {
            said.Add(await process.StandardError.ReadLineAsync().WithinDeadlineAsync());
            if (said[^1] is null)
            {
                throw new InvalidOperationException($"strace did not attach: {string.Join(' ', said)}");
            }

            if (said[^1]!.Contains(" attached", StringComparison.Ordinal))
            {
                // Its pipe is emptied, or it would stop, and its target with it.
                _ = process.StandardError.ReadToEndAsync();
                return new Strace(process, output);
            }
        }
    }

    /// <summary>Lets the process go, or notices that it has gone.</summary>
    /// <returns>The lines.</returns>
    public async Task<IReadOnlyList<string>> DetachAsync()
    {
        if (!_process.HasExited)
        {
            // It may go in this moment, with its target.
            using var kill = Process.Start(new ProcessStartInfo("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        }

        // Gone is not enough: what it wrote last is there when it was waited for.
        await _process.WaitForExitAsync().WithinDeadlineAsync();

        return await File.ReadAllLinesAsync(_output);
    }

    public async ValueTask DisposeAsync()
    {
        await DetachAsync();
        _process.Dispose();
    }
}
