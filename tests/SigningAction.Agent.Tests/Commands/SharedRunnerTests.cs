using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>R-12: machines that several jobs share, where the policy wants ones that nobody had before.</summary>
public sealed class SharedRunnerTests
{
    [Theory]
    [InlineData("github-hosted", AgentFaults.Success)]
    [InlineData("self-hosted", AgentFaults.Refused)]
    public async Task A_shared_runner_is_refused_where_the_policy_demands_a_hosted_one(string kind, int expected)
    {
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Policy = issuer => AuthorityInProcess.AllowPolicy(issuer).TrimEnd() + "\n    runner: github-hosted\n" });
        authority.Issuer.Run = authority.Issuer.Run with { Runner = kind };
        using var place = new TestPlace().AsGitHubJob(authority.Issuer.RequestUrl, authority.Issuer.RequestToken);
        place.Write("app.zip", "app");
        place.Variables["RUNNER_ENVIRONMENT"] = "github-hosted"; // What the environment claims is nothing.
        var code = await SigningAgent.RunAsync(["attest", "app.zip", "--authority", authority.Url], place.Environment, TestContext.Current.CancellationToken);
        Assert.True(code == expected, place.Printed);
        Assert.Equal(expected == AgentFaults.Success, File.Exists(place.PathOf("app.zip.sigstore.json")));
        Assert.Equal(expected != AgentFaults.Success, place.Printed.Contains("runner", StringComparison.Ordinal));
    }
}
