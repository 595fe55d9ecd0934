namespace SigningAction.Verifier.Tests;

/// <summary>The cases of the public suite, through the command line. One of them is provenance of another build, which the protocol asks to accept.</summary>
public sealed class ConformanceTests
{
    private const string BeaconIdentity =
        "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

    [Fact]
    public void Every_case_ends_with_zero_or_one_as_its_name_says()
    {
        var suite = SharedMaterial.Folder("conformance", "suite", "test", "assets", "bundle-verify");
        var folders = Directory.GetDirectories(suite);
        Assert.NotEmpty(folders);
        Assert.All(folders, folder =>
        {
            string Own(string name, string otherwise) => Path.Combine(folder, name) is var path && File.Exists(path) ? path : otherwise;
            string Text(string name, string otherwise) => Own(name, string.Empty) is { Length: > 0 } path ? File.ReadAllText(path).Trim() : otherwise;
            string[] signer = Own("key.pub", string.Empty) is { Length: > 0 } key
                ? ["--key", key]
                : ["--cert-identity", Text("identity", BeaconIdentity), "--cert-oidc-issuer", Text("issuer", "https://token.actions.githubusercontent.com")];
            var root = Own("trusted_root.json", Path.Combine(SharedMaterial.Folder("conformance"), "public_good_trusted_root.json"));
            var outcome = Outcome.Of(
                ["verify", Own("artifact", Path.Combine(suite, "a.txt")), "--bundle", Path.Combine(folder, "bundle.sigstore.json"), .. signer, "--trusted-root", root, "--dangerously-accept-contradiction"]);
            Assert.Equal(folder.EndsWith("_fail", StringComparison.Ordinal) ? ExitCode.Refused : ExitCode.Verified, outcome.Exit);
        });
    }
}
