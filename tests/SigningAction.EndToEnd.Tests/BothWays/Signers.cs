using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.BothWays;

/// <summary>Who signs at our authority, each as its users run it.</summary>
internal static class Signers
{
    public static readonly string[] All = ["signing-agent", "cosign", "sigstore-js"];

    /// <summary>Signs a file, or attests it, and returns the bundle's path.</summary>
    public static async Task<string> SignAsync(string who, bool attest, string file, LiveAuthority authority)
    {
        var bundle = file + ".sigstore.json";
        var token = authority.NewTokenFile();
        var command = who switch
        {
            "signing-agent" => await Command.RunAsync(
                Installed.Agent,
                [attest ? "attest" : "sign", file, "--authority", authority.Url, "--bundle", bundle],
                authority.Folder,
                new Dictionary<string, string> { ["SIGSTORE_ID_TOKEN"] = await File.ReadAllTextAsync(token) }),
            "cosign" => await CosignAsync(attest, file, bundle, token, authority),
            "sigstore-js" => await Command.RunAsync(
                Installed.Node,
                [Path.Combine(Installed.JavaScriptPeers, "sign.mjs"), attest ? "attest" : "blob", file, authority.LogUrl, token, bundle],
                authority.Folder),
            _ => throw new ArgumentOutOfRangeException(nameof(who)),
        };
        Assert.True(command.ExitCode == 0 && File.Exists(bundle), $"{who} could not sign: {command.Text}\n{authority.Log}");
        return bundle;
    }

    private static async Task<Command> CosignAsync(bool attest, string file, string bundle, string token, LiveAuthority authority)
    {
        List<string> arguments =
        [
            attest ? "attest-blob" : "sign-blob", "-y", "--identity-token", await File.ReadAllTextAsync(token),
            "--signing-config", authority.SigningConfig, "--trusted-root", authority.TrustedRoot, "--bundle", bundle,
        ];
        if (attest)
        {
            var predicate = authority.NewFile(
                "predicate.json",
                """{"buildDefinition":{"buildType":"https://example.com/build","externalParameters":{}},"runDetails":{"builder":{"id":"https://example.com/builder"}}}""");
            arguments.AddRange(["--predicate", predicate, "--type", "slsaprovenance1"]);
        }

        return await Command.RunAsync(Installed.Cosign, [.. arguments, file], authority.Folder);
    }
}
