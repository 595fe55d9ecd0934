using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.BothWays;

/// <summary>Who verifies, each as its users run it: offline, with the authority's trusted root.</summary>
internal static class Verifiers
{
    public static readonly string[] All = ["signing-verifier", "cosign", "sigstore-go", "sigstore-js"];

    public static Task<Command> VerifyAsync(string who, bool attested, string file, string bundle, LiveAuthority authority) =>
        VerifyAsync(who, attested, file, bundle, new Expectation(authority.Folder, authority.TrustedRoot, authority.Identity, authority.Issuer.Url));

    public static async Task<Command> VerifyAsync(string who, bool attested, string file, string bundle, Expectation expected) => who switch
    {
        "signing-verifier" => await Command.RunAsync(
            Installed.Verifier,
            [
                "verify", file, "--bundle", bundle, "--trusted-root", expected.TrustedRoot, "--format", "json",
                "--cert-identity", expected.Identity, "--cert-oidc-issuer", expected.Issuer,
            ],
            expected.Folder),
        "cosign" => await Command.RunAsync(
            Installed.Cosign,
            [
                attested ? "verify-blob-attestation" : "verify-blob", "--bundle", bundle, "--trusted-root", expected.TrustedRoot,
                "--certificate-identity", expected.Identity, "--certificate-oidc-issuer", expected.Issuer,
                .. expected.HasTimestamps ? new[] { "--use-signed-timestamps" } : [],
                .. expected.HasLogs ? [] : new[] { "--insecure-ignore-tlog", "--insecure-ignore-sct" },
                .. attested ? new[] { "--type", "slsaprovenance1" } : [], file,
            ],
            expected.Folder),
        "sigstore-go" => await Command.RunAsync(
            Installed.SigstoreGo,
            [
                "-artifact", file, "-trustedrootJSONpath", expected.TrustedRoot, "-expectedSAN", expected.Identity, "-expectedIssuer", expected.Issuer,
                .. expected.HasLogs ? [] : new[] { "-requireTlog=false", "-requireCTlog=false" }, bundle,
            ],
            expected.Folder),
        "sigstore-js" => await Command.RunAsync(
            Installed.Node,
            [
                Path.Combine(Installed.JavaScriptPeers, "verify.mjs"), file, bundle, expected.TrustedRoot, expected.Identity, expected.Issuer,
                .. expected.HasLogs ? [] : new[] { "no-logs" },
            ],
            expected.Folder),
        _ => throw new ArgumentOutOfRangeException(nameof(who)),
    };
}
