using System.Net;
using System.Security.Cryptography;
using SigningAction.EndToEnd.Tests.Ledger;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>
/// L-01, L-02, L-03: every system call of one append fails once, with EIO, with ENOSPC, and by the death of the process. What was acknowledged is there; what was
/// not is absent or complete; and nobody was told yes after a failed write or sync.
/// </summary>
public sealed class AppendFaultTests(StoppedAuthority template) : IClassFixture<StoppedAuthority>, IDisposable
{
    private const int Entries = StoppedAuthority.Entries;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly FaultSweep _sweep = new(template);

    [Theory]
    [InlineData("error=EIO", false)]
    [InlineData("error=ENOSPC", true)] // no lock needs room
    public async Task An_append_of_which_any_system_call_fails_is_never_acknowledged_and_lost(string fault, bool onlyWrites) =>
        await _sweep.EachAsync((await _sweep.ListAsync(AppendAsync)).Where(call => call.Writes || !onlyWrites), fault, async (authority, call, letGo) =>
        {
            var entry = new SignedEntry(_key);
            var (status, index) = await entry.SendAsync(authority.Http);
            await letGo();
            Assert.True(status is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, $"answered with {status}");
            Assert.False(call.Writes && index is not null, "acknowledged after a failed write or sync");

            // It comes back by itself, takes the same entry, and goes on.
            await authority.UntilReadyAsync();
            Assert.Equal(Entries, (await entry.SendAsync(authority.Http)).Index);
            Assert.Equal(Entries + 1, await authority.SendUntilTakenAsync(new SignedEntry(_key)));
            await RequireAsync(authority, entry, Entries + 2);
        });

    [Fact]
    public async Task An_append_that_is_killed_at_any_system_call_is_absent_or_complete() =>
        await _sweep.EachAsync([.. await _sweep.ListAsync(AppendAsync), SystemCall.Answer], "signal=KILL", async (authority, _, letGo) =>
        {
            var entry = new SignedEntry(_key);
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => entry.SendAsync(authority.Http));
            await authority.WaitForExitAsync();
            await letGo();
            await authority.StartAsync();
            await RequireAsync(authority, entry, Entries + 1);
        });

    public void Dispose() => _key.Dispose();

    private Task AppendAsync(BrittleAuthority authority) => new SignedEntry(_key).SendAsync(authority.Http);

    /// <summary>The history goes on, the entry has its index, sent again or not, and nothing differs from what the leaves say.</summary>
    private async Task RequireAsync(BrittleAuthority authority, SignedEntry entry, long size)
    {
        Assert.Equal(Entries, (await entry.SendAsync(authority.Http)).Index);
        var (checkpoint, leaves) = await authority.ReadLogAsync(template.Root);
        Assert.Equal(size, checkpoint.Size);
        Assert.Equal(template.TreeRoot, TileLog.Root(leaves, Entries));
        Assert.True(leaves[Entries].Span.SequenceEqual(entry.Leaf), "the entry is not what was sent");
        await authority.KillAsync();
        await authority.FsckAsync();
    }
}
