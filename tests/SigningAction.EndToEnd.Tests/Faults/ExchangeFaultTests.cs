using System.Net;
using SigningAction.Authority.Storage;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>
/// L-22: an exchange that dies or fails at any of its steps. The leaf of the certificate log, the leaf of the audit log and the row of the inventory are all there,
/// or none is and nobody has a certificate.
/// </summary>
public sealed class ExchangeFaultTests(StoppedAuthority template) : IClassFixture<StoppedAuthority>
{
    [Fact]
    public async Task An_exchange_that_is_killed_at_any_system_call_leaves_everything_of_a_certificate_or_nothing() =>
        // Who dies at a call that only reads or locks leaves what the last write left: the first of each kind on each file stand for them.
        await Sweep.EachAsync([.. (await Sweep.ListAsync(ExchangeAsync)).Where(call => call.Writes || call.Number == 1), SystemCall.Answer], "signal=KILL", async (authority, _, letGo) =>
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => ExchangeAsync(authority));
            await authority.WaitForExitAsync();
            await letGo();
            await RequireAsync(authority, isIssued: null);

            // It goes on: the next one is issued, and recorded whole.
            var before = await CountAsync(authority);
            await authority.StartAsync();
            Assert.Equal(HttpStatusCode.OK, await ExchangeAsync(authority));
            await authority.KillAsync();
            Assert.Equal(before + 1, await CountAsync(authority));
            await RequireAsync(authority, isIssued: true);
        });

    [Theory]
    [InlineData("error=EIO", false)]
    [InlineData("error=ENOSPC", true)] // no lock needs room
    public async Task An_exchange_of_which_any_system_call_fails_gives_nobody_a_certificate_that_is_not_recorded(string fault, bool onlyWrites) =>
        // Of the calls that only read or lock the same: whichever fails, the transaction has not begun or is undone.
        await Sweep.EachAsync((await Sweep.ListAsync(ExchangeAsync)).Where(call => call.Writes || (!onlyWrites && call.Number == 1)), fault, async (authority, call, letGo) =>
        {
            var before = await CountAsync(authority);
            var status = await ExchangeAsync(authority);
            await letGo();
            Assert.True(status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"answered with {status}");
            Assert.False(call.Writes && status == HttpStatusCode.OK, "a certificate after a failed write or sync");
            Assert.True(status != HttpStatusCode.OK || await CountAsync(authority) == before + 1, "a certificate that no log has");
            await authority.UntilReadyAsync();
            await authority.KillAsync();
            await RequireAsync(authority, isIssued: null);
        });

    private FaultSweep Sweep => new(template);

    private async Task<HttpStatusCode> ExchangeAsync(BrittleAuthority authority)
    {
        using var signer = new TestSigner(authority.Http);
        using var answer = await signer.ExchangeAsync(template.Issuer);
        return answer.StatusCode;
    }

    private static async Task<long> CountAsync(BrittleAuthority authority)
    {
        await using var store = SqliteLedgerStore.OpenReadOnly(Path.Combine(authority.AuthorityFolder, "ledger", "ledger.db"));
        return (await store.ReadHeadsAsync(default)).Single(head => head.Log == LogId.Certificates).Size;
    }

    /// <summary>As many leaves in the certificate log as certificates in the audit log and in the inventory, each naming the other.</summary>
    private static async Task RequireAsync(BrittleAuthority authority, bool? isIssued)
    {
        await authority.FsckAsync();
        await using var store = SqliteLedgerStore.OpenReadOnly(Path.Combine(authority.AuthorityFolder, "ledger", "ledger.db"));
        var heads = (await store.ReadHeadsAsync(default)).ToDictionary(head => head.Log, head => head.Size);
        var certificates = await store.ReadLeavesAsync(LogId.Certificates, 0, 1000, default);
        var rows = await store.ReadRowsAsync(LogId.Audit, 0, 1000, default);
        var audited = rows.OfType<AuditRow>().Count(row => row is { Kind: "exchange", Decision: "allowed" });
        var inventory = rows.OfType<InventoryRow>().ToList();
        Assert.Equal(heads[LogId.Certificates], certificates.Count);
        Assert.Equal(Enumerable.Range(0, certificates.Count).Select(index => (long)index), inventory.Select(row => row.CertificateIndex));
        Assert.Equal(certificates.Count, audited);
        Assert.True(isIssued is null || certificates.Count > 0);
    }
}
