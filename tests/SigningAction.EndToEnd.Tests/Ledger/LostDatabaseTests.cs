using SigningAction.EndToEnd.Tests.BothWays;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Ledger;

/// <summary>The disk is gone and the backup is old: the administrator reads what the refused start says and does it, and nobody's signature stops verifying.</summary>
public sealed class LostDatabaseTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    [Fact]
    public async Task After_the_way_out_of_a_refused_start_everybody_signs_again_and_accepts_what_the_backup_lacks()
    {
        var signed = new SignedFiles(authority);
        var database = Path.Combine(authority.AuthorityFolder, "ledger", "ledger.db");
        await signed.SignByAllAsync("127.0.0.1");
        Assert.Equal(0, await authority.StopAsync());
        var backup = await File.ReadAllBytesAsync(database, TestContext.Current.CancellationToken);
        await authority.StartAsync();
        await signed.SignByAllAsync("127.0.0.1");
        Assert.Equal(0, await authority.StopAsync());
        await File.WriteAllBytesAsync(database, backup, TestContext.Current.CancellationToken);

        var refused = await Command.RunAsync(Installed.Authority, ["serve", authority.AuthorityFolder], authority.Folder);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("signing-authority shard add DIR --url https://NEW-HOST --accept-loss", refused.Text, StringComparison.Ordinal);

        authority.LogUrl = authority.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        await authority.DoneAsync("shard", "add", authority.AuthorityFolder, "--url", authority.LogUrl, "--accept-loss");
        await authority.StartAsync();
        await authority.WriteTrustAsync();
        await signed.SignByAllAsync("localhost");
        await signed.AssertAcceptedByAllAsync();
        Assert.Equal(0, await authority.StopAsync());
        await authority.DoneAsync("fsck", authority.AuthorityFolder);
        await authority.StartAsync();
    }
}
