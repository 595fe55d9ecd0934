using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.BothWays;

/// <summary>Everybody signs at our authority, and everybody verifies what anybody signed.</summary>
public sealed class BothWaysTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    public static TheoryData<string, bool> Signings
    {
        get
        {
            var signings = new TheoryData<string, bool>();
            foreach (var who in Signers.All)
            {
                signings.Add(who, false);
                signings.Add(who, true);
            }

            return signings;
        }
    }

    [Theory]
    [MemberData(nameof(Signings))]
    public async Task What_is_signed_at_our_authority_is_accepted_by_every_verifier(string who, bool attest)
    {
        var file = authority.NewFile("artifact.txt", $"signed by {who}");
        var bundle = await Signers.SignAsync(who, attest, file, authority);
        foreach (var verifier in Verifiers.All)
        {
            var verified = await Verifiers.VerifyAsync(verifier, attest, file, bundle, authority);
            Assert.True(verified.ExitCode == 0, $"{verifier} refuses what {who} signed: {verified.Text}");
        }
    }

    [Fact]
    public async Task The_agent_leaves_a_side_file_that_the_verifier_finds_by_itself()
    {
        var file = authority.NewFile("artifact.txt", "side file");
        await Signers.SignAsync("signing-agent", true, file, authority);
        var verified = await Command.RunAsync(
            Installed.Verifier,
            ["verify", file, "--trusted-root", authority.TrustedRoot, "--repo", authority.Issuer.Run.Repository, "--cert-oidc-issuer", authority.Issuer.Url],
            authority.Folder);
        Assert.True(verified.ExitCode == 0, verified.Text);
        Assert.Contains(authority.Issuer.Run.Sha, verified.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_agent_signed_is_found_at_the_authority_when_no_bundle_is_at_hand(bool attest)
    {
        var file = authority.NewFile("artifact.txt", $"kept at the authority {attest}");
        File.Delete(await Signers.SignAsync("signing-agent", attest, file, authority));
        string[] asked =
        [
            "verify", file, "--trusted-root", authority.TrustedRoot, "--repo", authority.Issuer.Run.Repository, "--cert-oidc-issuer", authority.Issuer.Url,
            "--authority", authority.Url, "--format", "json",
        ];
        var verified = await Command.RunAsync(Installed.Verifier, asked, authority.Folder);
        Assert.True(verified.ExitCode == 0, verified.Text);

        // The bytes decide, not the name: another artifact has no bundle there.
        await File.AppendAllTextAsync(file, "changed", TestContext.Current.CancellationToken);
        var refused = await Command.RunAsync(Installed.Verifier, asked, authority.Folder);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("NO_BUNDLE", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_authority_stops_in_order_and_its_ledger_is_clean()
    {
        Assert.Equal(0, await authority.StopAsync());
        await authority.DoneAsync("fsck", authority.AuthorityFolder);
        await authority.StartAsync();
    }
}
