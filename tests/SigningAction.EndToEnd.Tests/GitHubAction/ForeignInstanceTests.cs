using System.Text.Json;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>The step signs at instances that are not ours, and every verifier there is accepts what came of it, by that instance's trusted root.</summary>
public sealed class ForeignInstanceTests
{
    [Theory]
    [InlineData(false, "0.0.1", 1)]
    [InlineData(true, "0.0.1", 1)]
    [InlineData(true, "0.0.2", 2)]
    [InlineData(true, "0.0.2", 1, 2)]
    public async Task Bundles_of_public_good_mode_verify_everywhere_whichever_log_the_signing_config_selects(bool timestamps, string version, params int[] logs)
    {
        await using var instance = await ForeignInstance.StartAsync(new InMemorySigstore("sigstore.test", "sigstore.test"));
        var root = instance.Sigstore.Rekor1.Log.In(instance.Sigstore.Root);
        var bundles = await instance.SignAsync("public-good", root, timestamps, logs);
        Assert.Equal(version == "0.0.1" ? ["dsse 0.0.1", "hashedrekord 0.0.1"] : ["hashedrekord 0.0.2", "hashedrekord 0.0.2"], bundles.Select(Entry));
        Assert.Equal(version == "0.0.1" ? (2, 0) : (0, 2), (instance.Sigstore.Rekor1.Logged, instance.Sigstore.Logged));
        Assert.Single(instance.GitHub.Attestations);
        foreach (var (who, verdict) in await instance.VerifyAsync(bundles, instance.Expected with { HasTimestamps = timestamps }))
        {
            Assert.True(verdict.ExitCode == 0, $"{who} refuses: {verdict.Text}");
        }
    }

    [Fact]
    public async Task A_log_of_another_key_than_the_trusted_roots_is_believed_by_nobody()
    {
        await using var instance = await ForeignInstance.StartAsync(new InMemorySigstore("sigstore.test", "sigstore.test"));
        var bundles = await instance.SignAsync("public-good", instance.Sigstore.Rekor1.Log.In(instance.Sigstore.Root), timestamps: true, 1);
        using var stranger = new InMemoryRekor1("rekor1.test");
        await RefusedByAllAsync(instance, bundles, stranger.In(instance.Sigstore.Root), hasLogs: true, "LOG_UNTRUSTED");
    }

    [Fact]
    public async Task What_GitHubs_own_instance_signed_has_no_log_entry_and_verifies_everywhere()
    {
        await using var instance = await ForeignInstance.StartAsync(InMemorySigstore.GitHub());
        var bundles = await instance.SignAsync("github", instance.Sigstore.Root, timestamps: true);
        Assert.All(bundles, path =>
        {
            var bundle = Bundle.Parse(File.ReadAllBytes(path));
            Assert.Empty(bundle.LogEntries);
            Assert.Single(bundle.Timestamps);
        });
        Assert.Single(instance.GitHub.Attestations);
        foreach (var (who, verdict) in await instance.VerifyAsync(bundles, instance.Expected with { HasLogs = false }))
        {
            Assert.True(verdict.ExitCode == 0, $"{who} refuses: {verdict.Text}");
        }

        using var stranger = InMemorySigstore.GitHub();
        await RefusedByAllAsync(instance, bundles, stranger.TrustedRoot, hasLogs: false, "UNTRUSTED_ISSUER");
    }

    private static string Entry(string bundle)
    {
        var entry = Assert.Single(Bundle.Parse(File.ReadAllBytes(bundle)).LogEntries);
        return $"{entry.Kind} {entry.Version}";
    }

    private static async Task RefusedByAllAsync(ForeignInstance instance, IReadOnlyList<string> bundles, TrustedRoot root, bool hasLogs, string reason)
    {
        var other = Path.Combine(instance.Folder, "other_root.json");
        await File.WriteAllBytesAsync(other, root.ToJson(), TestContext.Current.CancellationToken);
        foreach (var (who, verdict) in await instance.VerifyAsync(bundles, instance.Expected with { TrustedRoot = other, HasLogs = hasLogs }))
        {
            Assert.True(verdict.ExitCode == 1, $"{who}: {verdict.Text}");
            if (who == "signing-verifier")
            {
                Assert.Equal(reason, JsonElement.Parse(verdict.Output).GetProperty("failure").GetProperty("code").GetString());
            }
        }
    }
}
