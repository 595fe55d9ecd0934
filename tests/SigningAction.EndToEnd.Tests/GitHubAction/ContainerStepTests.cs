using SigningAction.EndToEnd.Tests.BothWays;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>The built image as a step of a job: what the runner gives it, and what the runner reads from it.</summary>
public sealed class ContainerStepTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    [Fact]
    public async Task Probe()
    {
        var runner = new ActionRunner(authority);
        var file = runner.Write("dist/app.zip", "a release");
        var step = await runner.RunAsync([], ["attest", "dist/*.zip", "--authority", authority.Url]);
        Assert.True(step.ExitCode == 0, step.Text);
        var verified = await Verifiers.VerifyAsync("signing-verifier", attested: true, file, file + ".sigstore.json", authority);
        Assert.True(verified.ExitCode == 0, verified.Text);
        Assert.Equal("dist/app.zip.sigstore.json", step.Outputs["bundle-path"]);
        Assert.NotEmpty(step.Masks);
    }
}
