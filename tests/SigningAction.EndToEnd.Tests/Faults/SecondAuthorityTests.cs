using System.Net;
using System.Security.Cryptography;
using SigningAction.EndToEnd.Tests.Ledger;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>L-10: two processes on one database.</summary>
public sealed class SecondAuthorityTests(StoppedAuthority template) : IClassFixture<StoppedAuthority>, IDisposable
{
    private const int Entries = StoppedAuthority.Entries;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task A_second_process_is_refused_while_the_first_runs_and_while_it_is_paused_and_the_first_goes_on()
    {
        _ = Installed.Authority;
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await authority.StartAsync();
        await RequireRefusedAsync(authority);
        await authority.SignalAsync("STOP");
        await RequireRefusedAsync(authority);
        await authority.SignalAsync("CONT");
        Assert.Equal(Entries, (await new SignedEntry(_key).SendAsync(authority.Http)).Index);
        await authority.KillAsync();
        await authority.FsckAsync();
    }

    [Fact]
    public async Task A_process_that_was_paused_while_another_one_wrote_never_forks_the_log()
    {
        _ = Installed.Authority;
        await using var paused = await BrittleAuthority.CopyAsync(template.Folder);
        await paused.StartAsync();
        await paused.SignalAsync("STOP");

        // Somebody "cleans up" the lock and starts another: a copy in name only, on the very same files.
        File.Delete(Path.Combine(paused.AuthorityFolder, "ledger", "ledger.db.lock"));
        await using var other = BrittleAuthority.On(paused.AuthorityFolder);
        await other.StartAsync();
        var (before, after) = (new SignedEntry(_key), new SignedEntry(_key));
        Assert.Equal(Entries, (await before.SendAsync(other.Http)).Index);
        await paused.SignalAsync("CONT");

        // Its heads are old: the first attempt writes nothing, and it goes on from what is there.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await after.SendAsync(paused.Http)).Status);
        Assert.Equal(Entries + 1, await paused.SendUntilTakenAsync(after));
        Assert.Equal(Entries + 2, await other.SendUntilTakenAsync(new SignedEntry(_key)));
        var (checkpoint, leaves) = await other.ReadLogAsync(template.Root);
        Assert.Equal(Entries + 3, checkpoint.Size);
        Assert.Equal([before.Leaf, after.Leaf], leaves.Skip(Entries).Take(2).Select(leaf => leaf.ToArray()));
        await other.KillAsync();
        await paused.KillAsync();
        await paused.FsckAsync();
    }

    public void Dispose() => _key.Dispose();

    private static async Task RequireRefusedAsync(BrittleAuthority authority)
    {
        var second = await Command.RunAsync(Installed.Authority, ["serve", authority.AuthorityFolder, "--listen", "http://127.0.0.1:0"], authority.Folder);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("Another process uses", second.Error, StringComparison.Ordinal);
    }
}
