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
        var signed = new List<(string File, string Bundle)>();
        await SignAsync(signed, OldHost);

        await AdministerAsync("shard", "add", authority.AuthorityFolder, "--url", authority.Url.Replace(OldHost, NewHost, StringComparison.Ordinal));
        await AssertAcceptedAsync(signed);

        // Trusted by everybody, used by nobody yet.
        await SignAsync(signed, OldHost);
        var oldConfig = await File.ReadAllTextAsync(authority.SigningConfig, TestContext.Current.CancellationToken);

        await AdministerAsync("shard", "freeze", authority.AuthorityFolder, OldHost);
        await AssertToldToSwitchAsync(authority.NewFile("signing_config.json", oldConfig));
        authority.LogUrl = authority.Url.Replace(OldHost, NewHost, StringComparison.Ordinal);
        await SignAsync(signed, NewHost);
        await AssertAcceptedAsync(signed);

        Assert.Equal(0, await authority.StopAsync());
        await authority.DoneAsync("fsck", authority.AuthorityFolder);
        await authority.StartAsync();
    }

    /// <summary>Everybody signs once; the log's name is the first line of the checkpoint in the bundle.</summary>
    private async Task SignAsync(List<(string File, string Bundle)> signed, string host)
    {
        foreach (var who in Signers.All)
        {
            var file = authority.NewFile("artifact.txt", $"signed by {who} in {host}, number {signed.Count}");
            var bundle = await Signers.SignAsync(who, false, file, authority);
            Assert.Contains($"\"envelope\":\"{host}\\n", Compact(await File.ReadAllTextAsync(bundle)), StringComparison.Ordinal);
            signed.Add((file, bundle));
        }
    }

    private async Task AssertAcceptedAsync(List<(string File, string Bundle)> signed)
    {
        foreach (var verifier in Verifiers.All)
        {
            foreach (var (file, bundle) in signed)
            {
                var verified = await Verifiers.VerifyAsync(verifier, false, file, bundle, authority);
                Assert.True(verified.ExitCode == 0, $"{verifier} refuses {await File.ReadAllTextAsync(file)}: {verified.Text}");
            }
        }
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

    private static string Compact(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString();
}
