using SigningAction.EndToEnd.Tests.Repository;

namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>A case in the layout of the public suite, as every verifier can be asked about it.</summary>
/// <param name="Name">Names the case in the table of disagreements.</param>
/// <param name="Bundle">The evidence as text.</param>
/// <param name="Artifact">The file that was signed.</param>
/// <param name="Root">The trusted root's file.</param>
/// <param name="Identity">Who must have signed.</param>
/// <param name="Issuer">Who vouches for the identity.</param>
/// <param name="Key">The managed key's file, instead of an identity.</param>
internal sealed record EvidenceCase(string Name, string Bundle, string Artifact, string Root, string Identity, string Issuer, string? Key)
{
    private const string BeaconIdentity =
        "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

    /// <summary>Our own cases; not those that ask for what no other verifier can be asked (a file <c>options</c>), and not those by digest only.</summary>
    public static IReadOnlyList<EvidenceCase> Own =>
        [.. In(Path.Combine(RepositoryFiles.Root, "tests", "vectors"), "", "").Where(one => File.Exists(one.Artifact) && !File.Exists(Path.Combine(Path.GetDirectoryName(one.Root)!, "options")))];

    /// <summary>The cases of the public suite.</summary>
    public static IReadOnlyList<EvidenceCase> Public
    {
        get
        {
            var shared = Path.GetFullPath(Path.Combine(RepositoryFiles.Root, "..", "shared", "conformance"));
            Assert.SkipUnless(Directory.Exists(shared), "shared/conformance is not beside the repository");
            var cases = Path.Combine(shared, "suite", "test", "assets", "bundle-verify");
            return [.. In(cases, Path.Combine(cases, "a.txt"), Path.Combine(shared, "public_good_trusted_root.json"))];
        }
    }

    private static IEnumerable<EvidenceCase> In(string cases, string artifact, string root) => Directory.GetDirectories(cases).Order(StringComparer.Ordinal).Select(folder =>
    {
        string Own(string name, string otherwise) => Path.Combine(folder, name) is var path && (otherwise.Length == 0 || File.Exists(path)) ? path : otherwise;
        string Text(string name, string otherwise) => Path.Combine(folder, name) is var path && File.Exists(path) ? File.ReadAllText(path).Trim() : otherwise;
        var key = Path.Combine(folder, "key.pub");
        return new EvidenceCase(
            Path.GetFileName(folder), File.ReadAllText(Path.Combine(folder, "bundle.sigstore.json")), Own("artifact", artifact), Own("trusted_root.json", root),
            Text("identity", BeaconIdentity), Text("issuer", "https://token.actions.githubusercontent.com"), File.Exists(key) ? key : null);
    });
}
