using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Signing;

/// <summary>What a private repository signs with the public instance is in public logs for ever, with the repository's name: so it is asked for by name or not done.</summary>
public sealed class PrivateRepositoryTests : IDisposable
{
    private readonly GitHubJob _job = new(new InMemorySigstore("sign.test"));

    public PrivateRepositoryTests()
    {
        _job.Write("root.json", _job.Sigstore.Root);
        File.WriteAllBytes(_job.Place.PathOf("config.json"), _job.Sigstore.Config.ToJson());
        _job.Set(ActionInputs.Authority, PublicGood.Name);
        _job.Set(ActionInputs.SigningConfig, "config.json");
    }

    [Theory]
    [InlineData("private")]
    [InlineData("internal")]
    public async Task Its_token_is_given_to_no_public_service(string visibility)
    {
        Token(visibility);
        await _job.RunAsync(AgentFaults.Refused);
        Assert.Contains($"PRIVATE_REPOSITORY::This repository is {visibility}, and Sigstore's public instance (public-good) writes its name", _job.Place.Printed, StringComparison.Ordinal);
        Assert.Contains("set dangerously-publish-private-repository to true", _job.Place.Printed, StringComparison.Ordinal);
        Assert.Equal(["/token"], _job.Sigstore.Asked);
        Assert.Empty(_job.GitHub.Attestations);
        Assert.False(Directory.Exists(_job.Place.PathOf("attestations")));
    }

    [Fact]
    public async Task It_is_done_where_it_is_asked_for_by_name()
    {
        Token("private");
        _job.Set(ActionInputs.PublishPrivateRepository, "true");
        await _job.RunAsync(AgentFaults.Success);
        Assert.Single(_job.GitHub.Attestations);
    }

    [Theory]
    [InlineData("public")]
    [InlineData(null)]
    public async Task A_token_that_says_nothing_of_it_is_refused_nothing(string? visibility)
    {
        Token(visibility);
        await _job.RunAsync(AgentFaults.Success);
    }

    [Fact]
    public async Task An_authority_of_ones_own_takes_private_repositories()
    {
        Token("private");
        _job.Set(ActionInputs.Authority, SmallSigstore.Url);
        _job.Set(ActionInputs.SigningConfig, "");
        await _job.RunAsync(AgentFaults.Success);
    }

    [Fact]
    public async Task The_public_instance_is_known_by_its_addresses_too()
    {
        Token("private");
        _job.Set(ActionInputs.Authority, "");
        File.WriteAllBytes(_job.Place.PathOf("config.json"), PublicGood.Services().ToJson());
        await _job.RunAsync(AgentFaults.Refused);
        Assert.Contains("PRIVATE_REPOSITORY", _job.Place.Printed, StringComparison.Ordinal);
        Assert.Equal(["/token"], _job.Sigstore.Asked);
    }

    [Fact]
    public async Task The_command_line_has_the_same_rule_and_the_same_way_around_it()
    {
        Token("private");
        string[] line = ["sign", "app.zip", "--authority", "public-good", "--trusted-root", "root.json", "--signing-config", "config.json"];
        Assert.Equal(AgentFaults.Refused, await SigningAgent.RunAsync(line, _job.Place.Environment, TestContext.Current.CancellationToken));
        Assert.Equal(AgentFaults.Success, await SigningAgent.RunAsync([.. line, "--dangerously-publish-private-repository"], _job.Place.Environment, TestContext.Current.CancellationToken));
    }

    public void Dispose() => _job.Dispose();

    private void Token(string? visibility) =>
        _job.Sigstore.Token = () => TestTokens.Create(extra: visibility is null ? "" : $$""","repository_visibility":"{{visibility}}" """);
}
