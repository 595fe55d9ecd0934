using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.BothWays;

/// <summary>Who verifies, each as its users run it: offline, with the authority's trusted root.</summary>
internal static class Verifiers
{
    public static readonly string[] All = ["signing-verifier", "cosign", "sigstore-go", "sigstore-js"];

    public static async Task<Command> VerifyAsync(string who, bool attested, string file, string bundle, LiveAuthority authority) => who switch
    {
        "signing-verifier" => await Command.RunAsync(
            Installed.Verifier,
            [
                "verify", file, "--bundle", bundle, "--trusted-root", authority.TrustedRoot, "--format", "json",
                "--cert-identity", authority.Identity, "--cert-oidc-issuer", authority.Issuer.Url,
            ],
            authority.Folder),
        "cosign" => await Command.RunAsync(
            Installed.Cosign,
            [
                attested ? "verify-blob-attestation" : "verify-blob", "--bundle", bundle, "--trusted-root", authority.TrustedRoot, "--use-signed-timestamps",
                "--certificate-identity", authority.Identity, "--certificate-oidc-issuer", authority.Issuer.Url,
                .. attested ? new[] { "--type", "slsaprovenance1" } : [], file,
            ],
            authority.Folder),
        "sigstore-go" => await Command.RunAsync(
            Installed.SigstoreGo,
            [
                "-artifact", file, "-trustedrootJSONpath", authority.TrustedRoot,
                "-expectedSAN", authority.Identity, "-expectedIssuer", authority.Issuer.Url, bundle,
            ],
            authority.Folder),
        "sigstore-js" => await Command.RunAsync(
            Installed.Node,
            [Path.Combine(Installed.JavaScriptPeers, "verify.mjs"), file, bundle, authority.TrustedRoot, authority.Identity, authority.Issuer.Url],
            authority.Folder),
        _ => throw new ArgumentOutOfRangeException(nameof(who)),
    };
}
