using SigningAction.EndToEnd.Tests.BothWays;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Ledger;

/// <summary>
/// A log is replaced by its successor under another host name, as an administrator does it, and everybody's programs sign and verify through the change.
/// Loopback has two host names: 127.0.0.1 and localhost.
/// </summary>
public sealed class ShardTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    private const string OldHost = "127.0.0.1";
    private const string NewHost = "localhost";
    private const string Frozen = "This log has been frozen, please switch to the latest log.";

    [Fact]
    public async Task Everybody_signs_in_the_new_log_and_everybody_accepts_what_is_in_either()
    {
        var signed = new SignedFiles(authority);
        await signed.SignByAllAsync(OldHost);

        await AdministerAsync("shard", "add", authority.AuthorityFolder, "--url", authority.Url.Replace(OldHost, NewHost, StringComparison.Ordinal));
        await signed.AssertAcceptedByAllAsync();

        // Trusted by everybody, used by nobody yet.
        await signed.SignByAllAsync(OldHost);
        var oldConfig = await File.ReadAllTextAsync(authority.SigningConfig, TestContext.Current.CancellationToken);

        await AdministerAsync("shard", "freeze", authority.AuthorityFolder, OldHost, "--yes");
        await AssertToldToSwitchAsync(authority.NewFile("signing_config.json", oldConfig));
        authority.LogUrl = authority.Url.Replace(OldHost, NewHost, StringComparison.Ordinal);
        await signed.SignByAllAsync(NewHost);
        await signed.AssertAcceptedByAllAsync();

        Assert.Equal(0, await authority.StopAsync());
        await authority.DoneAsync("fsck", authority.AuthorityFolder);
        await authority.StartAsync();
    }

    /// <summary>Who still has the old signing config hears why nothing is taken there.</summary>
    private async Task AssertToldToSwitchAsync(string oldConfig)
    {
        var token = await File.ReadAllTextAsync(authority.NewTokenFile());
        var file = authority.NewFile("late.txt", "too late");
        var refused = await Command.RunAsync(
            Installed.Cosign,
            [
                "sign-blob", "-y", "--identity-token", token, "--signing-config", oldConfig, "--trusted-root", authority.TrustedRoot,
                "--bundle", file + ".sigstore.json", file,
            ],
            authority.Folder);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains(Frozen, refused.Text, StringComparison.Ordinal);
    }

    /// <summary>What an administrator does: stop, run the command, start, hand out the new trust.</summary>
    private async Task AdministerAsync(params string[] arguments)
    {
        Assert.Equal(0, await authority.StopAsync());
        await authority.DoneAsync(arguments);
        await authority.StartAsync();
        await authority.WriteTrustAsync();
    }
}
