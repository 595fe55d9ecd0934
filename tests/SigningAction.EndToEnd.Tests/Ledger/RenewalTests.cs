using SigningAction.EndToEnd.Tests.BothWays;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Ledger;

/// <summary>L-24: the authority's own certificates are renewed, as an administrator does it, and everybody's programs sign and verify through the change.</summary>
public sealed class RenewalTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    private const string Host = "127.0.0.1";

    [Fact]
    public async Task Everybody_signs_with_the_new_certificates_and_everybody_accepts_what_the_old_ones_signed()
    {
        var signed = new SignedFiles(authority);
        await signed.SignByAllAsync(Host);
        await AdministerAsync("renew", authority.AuthorityFolder);
        await AdministerAsync("renew", authority.AuthorityFolder, "--switch");
        await signed.SignByAllAsync(Host);
        await signed.AssertAcceptedByAllAsync();
        Assert.Equal(0, await authority.StopAsync());
        await authority.DoneAsync("fsck", authority.AuthorityFolder);
        await authority.StartAsync();
    }

    private async Task AdministerAsync(params string[] arguments)
    {
        Assert.Equal(0, await authority.StopAsync());
        await authority.DoneAsync(arguments);
        await authority.StartAsync();
        await authority.WriteTrustAsync();
    }
}
