namespace SigningAction.Verifier.Tests;

/// <summary>The Rekor v2 cases of the public suite, through the command line.</summary>
public sealed class ConformanceTests
{
    private const string BeaconIdentity =
        "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

    [Fact]
    public void Every_case_of_a_Rekor_v2_log_ends_with_zero_or_one_as_its_name_says()
    {
        var suite = SharedMaterial.Folder("conformance", "suite", "test", "assets", "bundle-verify");
        var folders = Directory.GetDirectories(suite, "rekor2-*");
        Assert.NotEmpty(folders);
        Assert.All(folders, folder =>
        {
            var own = Path.Combine(folder, "artifact");
            var outcome = Outcome.Of(
                "verify", File.Exists(own) ? own : Path.Combine(suite, "a.txt"), "--bundle", Path.Combine(folder, "bundle.sigstore.json"), "--cert-identity", BeaconIdentity,
                "--cert-oidc-issuer", "https://token.actions.githubusercontent.com", "--trusted-root", Path.Combine(folder, "trusted_root.json"));
            Assert.Equal(folder.EndsWith("_fail", StringComparison.Ordinal) ? ExitCode.Refused : ExitCode.Verified, outcome.Exit);
        });
    }

    [Fact]
    public void No_other_case_that_must_be_refused_verifies_or_breaks_the_program()
    {
        var suite = SharedMaterial.Folder("conformance", "suite", "test", "assets", "bundle-verify");
        var folders = Directory.GetDirectories(suite, "*_fail");
        Assert.NotEmpty(folders);
        Assert.All(folders, folder =>
        {
            var (root, own) = (Path.Combine(folder, "trusted_root.json"), Path.Combine(folder, "artifact"));
            var outcome = Outcome.Of(
                "verify", File.Exists(own) ? own : Path.Combine(suite, "a.txt"), "--bundle", Path.Combine(folder, "bundle.sigstore.json"), "--cert-identity", BeaconIdentity,
                "--trusted-root", File.Exists(root) ? root : Path.Combine(SharedMaterial.Folder("conformance"), "public_good_trusted_root.json"));
            Assert.Equal(ExitCode.Refused, outcome.Exit);
        });
    }
}
