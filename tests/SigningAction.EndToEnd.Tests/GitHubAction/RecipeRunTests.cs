using System.Runtime.Versioning;
using SigningAction.EndToEnd.Tests.BothWays;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>Every recipe's own steps, run as a runner runs them: in the built image, against a real authority and stand-ins of GitHub's API, its uploads and a registry.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RecipeRunTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    [Theory]
    [MemberData(nameof(RecipeTests.Recipes), MemberType = typeof(RecipeTests))]
    public async Task A_recipe_signs_publishes_and_verifies(string page, int index)
    {
        using var github = new SmallGitHub();
        using var registry = new SmallRegistry();
        await using var api = await HandlerServer.StartAsync(github, "api.github.test");
        await using var images = await HandlerServer.StartAsync(registry, SmallRegistry.Host);
        github.UploadUrl = $"{api.Url}/repos/octo/app/releases/7/assets{{?name,label}}";
        registry.Realm = null;
        var runner = new ActionRunner(authority) { Variables = { ["GITHUB_API_URL"] = api.Url, ["GITHUB_REPOSITORY"] = "octo/app" } };
        runner.Write("dist/app.zip", Guid.NewGuid().ToString());
        runner.Write("sbom.spdx.json", """{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"app","dataLicense":"CC0-1.0","documentNamespace":"https://example.com/app","creationInfo":{"created":"2026-01-01T00:00:00Z","creators":["Tool: test"]},"packages":[]}""");
        runner.Write(".github/sigstore/trusted_root.json", await File.ReadAllTextAsync(authority.TrustedRoot, TestContext.Current.CancellationToken));
        runner.Write(".github/sigstore/signing_config.json", await File.ReadAllTextAsync(authority.SigningConfig, TestContext.Current.CancellationToken));
        var registryHost = new Uri(images.Url).Authority;
        var home = Directory.CreateDirectory(Path.Combine(runner.Job, "home", ".docker")).FullName;
        registry.Wants = "Basic b2N0bzpwYXNzd29yZA==";
        await File.WriteAllTextAsync(Path.Combine(home, "config.json"), $$"""{"auths":{"{{registryHost}}":{"auth":"b2N0bzpwYXNzd29yZA=="} } }""", TestContext.Current.CancellationToken);
        foreach (var given in RecipeTests.OurSteps(page, index))
        {
            var with = given.Where(input => input.Name is not ("tuf-url" or "tuf-root")).Select(input => (input.Name, Value: Evaluate(input.Name, input.Value, registryHost))).Append(("github-token", SmallGitHub.Token)).ToArray();
            var step = await runner.StepAsync(with);
            Assert.True(step.ExitCode == 0, step.Text);
            var names = with.Select(input => input.Item1).ToList();
            Assert.Equal(names.Contains("release"), github.Assets.Count > 0);
            Assert.Equal(names.Contains("push-to-registry"), registry.Referrers.Any());
            foreach (var bundle in step.Outputs["bundle-paths"].Split('\n'))
            {
                Assert.True(File.Exists(Path.Combine(runner.Workspace, bundle)), bundle);
            }

            if (names.Contains("subject-path"))
            {
                var verified = await Verifiers.VerifyAsync(
                    "signing-verifier", attested: true, Path.Combine(runner.Workspace, "dist/app.zip"), Path.Combine(runner.Workspace, step.Outputs["bundle-path"]), authority);
                Assert.True(verified.ExitCode == 0, verified.Text);
            }

            Assert.DoesNotContain(step.Lines, line => line.Contains(SmallGitHub.Token, StringComparison.Ordinal) && !line.StartsWith("::add-mask::", StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// What the runner makes of an input's value, with the addresses of this machine. The instances of others and their TUF repositories are not asked from here, so another one
    /// stands in for them; ForeignInstanceTests signs as they do.
    /// </summary>
    private string Evaluate(string name, string value, string registry)
    {
        var evaluated = value
            .Replace("${{ github.ref_name }}", "v1", StringComparison.Ordinal)
            .Replace("${{ steps.push.outputs.digest }}", $"sha256:{SmallRegistry.Digest}", StringComparison.Ordinal)
            .Replace("${{ steps.app.outputs.digest }}", $"sha256:{SmallRegistry.Digest}", StringComparison.Ordinal)
            .Replace("${{ steps.tool.outputs.digest }}", $"sha256:{SmallRegistry.Digest}", StringComparison.Ordinal)
            .Replace("ghcr.io/my-org/app", $"{registry}/octo/app", StringComparison.Ordinal)
            .Replace("ghcr.io/my-org/tool", $"{registry}/octo/app", StringComparison.Ordinal);
        Assert.DoesNotContain("${{", evaluated, StringComparison.Ordinal);
        return name == "authority" ? authority.Url : evaluated;
    }
}
