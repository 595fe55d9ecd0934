using System.Net;
using System.Runtime.Versioning;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.EndToEnd.Tests.BothWays;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>
/// Every recipe's own steps, run as a runner runs them, container or native, against a real authority and stand-ins of the instances of others, of GitHub's API, its uploads and a
/// registry. The API refuses whoever has not got the permission, as GitHub does.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class RecipeRunTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    private const string Sbom = """{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"app","dataLicense":"CC0-1.0","documentNamespace":"https://example.com/app","creationInfo":{"created":"2026-01-01T00:00:00Z","creators":["Tool: test"]},"packages":[]}""";

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
        registry.Wants = "Basic b2N0bzpwYXNzd29yZA==";
        var host = new Uri(images.Url).Authority;
        foreach (var step in RecipeTests.OurSteps(page, index))
        {
            await using var services = await RecipeServices.StartAsync(step, authority);
            github.Before = request => Permitted(request, step);
            var runner = new ActionRunner(authority) { Variables = { ["GITHUB_API_URL"] = api.Url, ["GITHUB_REPOSITORY"] = "octo/app" } };
            runner.Write("dist/app.zip", Guid.NewGuid().ToString());
            runner.Write("sbom.spdx.json", Sbom);
            runner.Write("../home/.docker/config.json", $$"""{"auths":{"{{host}}":{"auth":"b2N0bzpwYXNzd29yZA=="} } }""");
            var values = new Dictionary<string, string>
            {
                ["github.ref_name"] = "v1",
                ["github.workspace"] = runner.Workspace,
                ["steps.push.outputs.digest"] = $"sha256:{SmallRegistry.Digest}",
                ["steps.app.outputs.digest"] = $"sha256:{SmallRegistry.Digest}",
                ["steps.tool.outputs.digest"] = $"sha256:{SmallRegistry.Digest}",
            };
            foreach (var (name, value) in step.Environment)
            {
                runner.Variables[name] = Expression.Evaluate(value, values);
            }

            var given = step.With.Select(input => (input.Name, Expression.Evaluate(input.Value, values)
                .Replace("ghcr.io/my-org/app", $"{host}/octo/app", StringComparison.Ordinal).Replace("ghcr.io/my-org/tool", $"{host}/octo/app", StringComparison.Ordinal)));
            var with = services.Prepare(runner, [.. given, (ActionInputs.GitHubToken.Name, SmallGitHub.Token)]);
            var done = step.IsNative
                ? await runner.NativeAsync(await NativeRelease.CreateAsync(authority, $"#!/bin/sh\nexec '{Installed.Agent}' \"$@\"\n"), with)
                : await runner.StepAsync(with);
            Assert.True(done.ExitCode == 0, done.Text);
            Assert.Equal(step.IsAtGitHub, github.Attestations.Count > 0);
            Assert.Equal(step.IsAtGitHub, done.Outputs.ContainsKey(ActionOutputs.AttestationId));
            Assert.Equal(step.Has("release"), github.Assets.Count > 0);
            Assert.Equal(step.Has("push-to-registry"), registry.Referrers.Any());
            foreach (var bundle in done.Outputs["bundle-paths"].Split('\n'))
            {
                Assert.True(File.Exists(Path.Combine(runner.Workspace, bundle)), bundle);
            }

            if (step.Has("subject-path"))
            {
                var verified = await Verifiers.VerifyAsync(
                    "signing-verifier", attested: true, Path.Combine(runner.Workspace, "dist/app.zip"), Path.Combine(runner.Workspace, done.Outputs["bundle-path"]), services.Expected);
                Assert.True(verified.ExitCode == 0, verified.Text);
            }

            Assert.DoesNotContain(done.Lines, line => line.Contains(SmallGitHub.Token, StringComparison.Ordinal) && !line.StartsWith("::add-mask::", StringComparison.Ordinal));
        }
    }

    /// <summary>What this test's API refuses, it refuses a whole run too: else the permissions above would prove nothing.</summary>
    [Fact]
    public async Task Without_the_permission_for_attestations_a_step_of_the_public_instance_is_not_done()
    {
        using var github = new SmallGitHub();
        await using var api = await HandlerServer.StartAsync(github, "api.github.test");
        var step = RecipeTests.OurSteps("action/MIGRATING.md", 0).Single() with { Rights = new Dictionary<string, string?> { ["id-token"] = "write" } };
        await using var services = await RecipeServices.StartAsync(step, authority);
        github.Before = request => Permitted(request, step);
        var runner = new ActionRunner(authority) { Variables = { ["GITHUB_API_URL"] = api.Url, ["GITHUB_REPOSITORY"] = "octo/app" } };
        runner.Write("dist/app.zip", "not published");
        var done = await runner.StepAsync(services.Prepare(runner, [.. step.With, (ActionInputs.GitHubToken.Name, SmallGitHub.Token)]));
        Assert.Equal(3, done.ExitCode);
        Assert.Contains("attestations: write", Assert.Single(done.Errors), StringComparison.Ordinal);
        Assert.Empty(github.Attestations);
    }

    /// <summary>What the recipe's variable is for.</summary>
    [Fact]
    public async Task An_authority_with_a_certificate_of_a_private_CA_is_not_believed_without_it()
    {
        using var relay = new RelayedAuthority(authority);
        using var ca = new PrivateAuthority();
        await using var server = await relay.StartAsync(ca.Server);
        var runner = new ActionRunner(authority);
        runner.Write("dist/app.zip", "behind a private CA");
        var refused = await runner.StepAsync(("subject-path", "dist/*"), ("authority", relay.Url), ("wait", "1s"));
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("SSL_CERT_FILE", Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.EndsWith("TLS_UNTRUSTED", Assert.Single(refused.ErrorCommands).Properties["title"], StringComparison.Ordinal);
        Assert.Empty(relay.Asked);
        runner.Variables["SSL_CERT_FILE"] = runner.Write("ca.pem", ca.Pem);
        var done = await runner.StepAsync(("subject-path", "dist/*"), ("authority", relay.Url), ("wait", "1s"));
        Assert.True(done.ExitCode == 0, done.Text);
    }

    /// <summary>GitHub's answer to a token that may not.</summary>
    private static HttpResponseMessage? Permitted(HttpRequestMessage request, RecipeStep step)
    {
        var path = request.RequestUri!.AbsolutePath;
        var right = path.EndsWith("/attestations", StringComparison.Ordinal) ? "attestations"
            : path.Contains("/releases", StringComparison.Ordinal) && request.Method != HttpMethod.Get ? "contents"
            : path.EndsWith("/storage-record", StringComparison.Ordinal) ? "artifact-metadata" : null;
        return right is null || step.May(right)
            ? null
            : SmallSigstore.Answer("""{"message":"Resource not accessible by integration","documentation_url":"https://docs.github.com/rest","status":"403"}""", HttpStatusCode.Forbidden);
    }
}
