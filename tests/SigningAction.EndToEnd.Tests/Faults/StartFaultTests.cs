using System.Security.Cryptography;
using SigningAction.EndToEnd.Tests.Ledger;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>
/// L-01 at the start. After a crash it makes durable what can be read, and tells the high-water file what it is about to publish. Killed at each of these writes,
/// it starts again.
/// </summary>
public sealed class StartFaultTests(StoppedAuthority template) : IClassFixture<StoppedAuthority>, IDisposable
{
    private const int Entries = StoppedAuthority.Entries;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task A_start_after_a_crash_that_is_killed_at_any_write_is_followed_by_one_that_has_everything()
    {
        var strace = Installed.Strace;
        await using var crashed = await CrashedAsync();
        await FaultSweep.EachCopyAsync(crashed.AuthorityFolder, await ListAsync(crashed), async (authority, call) =>
        {
            await authority.StartAndDieAsync([strace, "-D", "-f", "-o", "/dev/null", .. call.Inject(authority.AuthorityFolder, "signal=KILL")]);
            await authority.StartAsync();
            Assert.Equal(Entries + 1, (await authority.ReadLogAsync(template.Root)).Checkpoint.Size);
            Assert.Equal(Entries + 1, (await new SignedEntry(_key).SendAsync(authority.Http)).Index);
            await authority.KillAsync();
            await authority.FsckAsync();
        });
    }

    public void Dispose() => _key.Dispose();

    /// <summary>With one entry more, which is in the write-ahead log only.</summary>
    private async Task<BrittleAuthority> CrashedAsync()
    {
        var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await authority.StartAsync();
        Assert.Equal(Entries, (await new SignedEntry(_key).SendAsync(authority.Http)).Index);
        await authority.KillAsync();
        return authority;
    }

    /// <summary>What the start writes before it listens, in order: everything that can be read is synced anew, then the high-water file is told.</summary>
    private static async Task<IReadOnlyList<SystemCall>> ListAsync(BrittleAuthority crashed)
    {
        await using var authority = await BrittleAuthority.CopyAsync(crashed.AuthorityFolder);
        var output = Path.Combine(authority.Folder, "strace");
        await authority.StartAsync(
            [Installed.Strace, "-D", "-f", "-y", "-s", "16", "-o", output, .. SystemCall.LedgerFiles.SelectMany(file => (string[])["-P", $"{authority.AuthorityFolder}/{file}"])]);
        var end = $"{authority.ProcessId} +++ killed by SIGKILL +++".Split(' '); // strace fills short process ids up with blanks
        await authority.KillAsync();

        // A tracer that stands aside (-D) is nobody's child: that it has written everything shows in its last line.
        await Eventually.TrueAsync(
            () => File.ReadLines(output).LastOrDefault(string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries).SequenceEqual(end), () => $"strace did not end:\n{File.ReadAllText(output)}");
        List<SystemCall> calls = [.. SystemCall.Parse(await File.ReadAllLinesAsync(output), authority.AuthorityFolder).Where(call => call.Writes)];
        Assert.Contains(calls, call => call is { Name: "fsync" or "fdatasync", File: "ledger/ledger.db" });
        Assert.Contains(calls, call => call is { Name: "ftruncate", File: "ledger/ledger.db-wal" });
        Assert.Contains(calls, call => call is { Name: "fsync", File: "ledger" });
        Assert.Equal("fsync 1 of keys/published-heads", calls[^1].ToString());
        return calls;
    }
}
