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

    [Fact]
    public async Task A_verification_summary_is_signed_by_the_agent_and_verified_as_what_it_is()
    {
        var file = authority.NewFile("artifact.txt", "summed up");
        await Signers.SignAsync("signing-agent", true, file, authority);
        var run = authority.Issuer.Run;
        var policy = authority.NewFile(
            "verification-policy.yml",
            $"""
            version: 1
            issuer: {authority.Issuer.Url}
            allow:
              - name: releases
                repository_id: {run.RepositoryId}
                workflow: {run.WorkflowFile}
                ref: {run.Ref}
                event: {run.Event}

            """);
        var summary = file + ".vsa.json";
        var written = await Command.RunAsync(
            Installed.Verifier,
            [
                "verify", file, "--trusted-root", authority.TrustedRoot, "--policy", policy,
                "--write-vsa", summary, "--vsa-resource", $"https://github.com/{run.Repository}", "--vsa-verifier", authority.Identity,
            ],
            authority.Folder);
        Assert.True(written.ExitCode == 0, written.Text);
        var signed = await Command.RunAsync(
            Installed.Agent,
            ["attest", "--statement", summary, "--bundle", summary + ".sigstore.json", "--authority", authority.Url],
            authority.Folder,
            new Dictionary<string, string> { ["SIGSTORE_ID_TOKEN"] = await File.ReadAllTextAsync(authority.NewTokenFile(), TestContext.Current.CancellationToken) });
        Assert.True(signed.ExitCode == 0, signed.Text);

        // The summary is about the artifact: whoever has the file asks for it by its type.
        async Task<Command> AskAsync(string type) => await Command.RunAsync(
            Installed.Verifier,
            [
                "verify", file, "--bundle", summary + ".sigstore.json", "--trusted-root", authority.TrustedRoot, "--format", "json",
                "--cert-identity", authority.Identity, "--cert-oidc-issuer", authority.Issuer.Url, "--predicate-type", type,
            ],
            authority.Folder);
        var verified = await AskAsync("https://slsa.dev/verification_summary/v1");
        Assert.True(verified.ExitCode == 0, verified.Text);
        var predicate = System.Text.Json.JsonElement.Parse(verified.Output).GetProperty("attestation").GetProperty("predicate");
        Assert.Equal("PASSED", predicate.GetProperty("verificationResult").GetString());
        Assert.Equal(authority.Identity, predicate.GetProperty("verifier").GetProperty("id").GetString());
        var refused = await AskAsync("https://slsa.dev/provenance/v1");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("PREDICATE_TYPE", refused.Output, StringComparison.Ordinal);
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
