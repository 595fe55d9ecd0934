using System.Collections.Concurrent;
using SigningAction.EndToEnd.Tests.Programs;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>One action, and a fault at each of its system calls on the ledger's files, one at a time, each on a fresh copy of the same authority.</summary>
internal sealed class FaultSweep(StoppedAuthority template)
{
    private static readonly ParallelOptions Parallel = new() { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount - 1) };

    /// <summary>The calls of the action, as a server makes them that nothing is done to.</summary>
    public async Task<IReadOnlyList<SystemCall>> ListAsync(Func<BrittleAuthority, Task> action)
    {
        _ = Installed.Strace;
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await authority.StartAsync();
        await using var strace = await Strace.AttachAsync(
            authority.ProcessId, authority.Folder, SystemCall.LedgerFiles.SelectMany(file => (string[])["-P", $"{authority.AuthorityFolder}/{file}"]));
        await action(authority);
        var calls = SystemCall.Parse(await strace.DetachAsync(), authority.AuthorityFolder);

        // What is known of the order: the transaction, its sync, the published heads, their sync. Anything less is a list of something else.
        var order = calls.Where(call => call.Name is "fsync" or "fdatasync").Select(call => call.File);
        Assert.Equal(["ledger/ledger.db-wal", "keys/published-heads"], order);
        Assert.Contains(calls, call => call is { Name: "pwrite64", File: "keys/published-heads" });
        Assert.True(calls.Count(call => call is { Name: "pwrite64", File: "ledger/ledger.db-wal" }) >= 4, string.Join('\n', calls));
        return calls;
    }

    /// <summary>Runs <paramref name="check"/> once for each call with the fault in place. It fails when a call never came to its fault.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="fault">For example <c>error=EIO</c>.</param>
    /// <param name="check">Does the action under the fault, calls back when the fault may go, and asserts the law.</param>
    public Task EachAsync(IEnumerable<SystemCall> calls, string fault, Func<BrittleAuthority, SystemCall, Func<Task>, Task> check) =>
        EachCopyAsync(template.Folder, calls, async (authority, call) =>
        {
            await authority.StartAsync();
            await using var strace = await Strace.AttachAsync(authority.ProcessId, authority.Folder, call.Inject(authority.AuthorityFolder, fault));
            await check(authority, call, async () => RequireFired(await strace.DetachAsync()));
        });

    /// <summary>Runs <paramref name="check"/> once for each call, on a copy of its own, a few at once.</summary>
    public static async Task EachCopyAsync(string folder, IEnumerable<SystemCall> calls, Func<BrittleAuthority, SystemCall, Task> check)
    {
        var broken = new ConcurrentBag<string>();
        await System.Threading.Tasks.Parallel.ForEachAsync(calls, Parallel, async (call, _) =>
        {
            await using var authority = await BrittleAuthority.CopyAsync(folder);
            try
            {
                await check(authority, call);
            }
            catch (Exception e)
            {
                broken.Add($"{call}: {e}\n{authority.Log}");
            }
        });
        Assert.True(broken.IsEmpty, string.Join("\n\n", broken));
    }

    private static void RequireFired(IReadOnlyList<string> lines) => Assert.True(
        lines.Any(line => line.Contains("(INJECTED)", StringComparison.Ordinal) || line.Contains("killed by SIGKILL", StringComparison.Ordinal)),
        $"the fault never came:\n{string.Join('\n', lines)}");
}
