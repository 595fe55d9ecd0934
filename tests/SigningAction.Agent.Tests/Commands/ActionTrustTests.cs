using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;
using SigningAction.Testing.Tuf;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>Whom the step believes and who signs, as files of the workspace or by TUF.</summary>
public sealed class ActionTrustTests : IDisposable
{
    private readonly SmallSigstore _sigstore = new(TimeProvider.System);
    private readonly TestPlace _place;

    public ActionTrustTests()
    {
        _place = new TestPlace { Network = _sigstore }.AsGitHubJob(SmallSigstore.TokenUrl);
        foreach (var input in ActionInputs.All)
        {
            _place.Variables[input.Variable] = input.Default;
        }

        _place.Write("a.zip", "a");
        File.WriteAllBytes(_place.PathOf("root.json"), _sigstore.Root.ToJson());
        File.WriteAllBytes(_place.PathOf("config.json"), _sigstore.Config.ToJson());
        Set(ActionInputs.SubjectPath, "a.zip");
        Set(ActionInputs.Authority, SmallSigstore.Url);
        Set(ActionInputs.TrustedRoot, "root.json");
        Set(ActionInputs.SigningConfig, "config.json");
    }

    [Fact]
    public async Task Trusted_root_and_signing_config_as_files_need_no_authority()
    {
        Set(ActionInputs.Authority, "");
        await RunAsync(AgentFaults.Success);
        Assert.Equal(["/token", "/api/v2/signingCert", "/api/v1/timestamp", "/api/v2/log/entries"], _sigstore.Asked);
        Assert.Contains("--trusted-root trusted_root.json", System.Net.WebUtility.HtmlDecode(File.ReadAllText(_place.PathOf(".summary"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pinned_trusted_root_wins_over_what_the_authority_says_of_itself()
    {
        Set(ActionInputs.SigningConfig, "");
        using var stranger = new InMemorySigstore("sign.test");
        _sigstore.ServedRoot = stranger.TrustedRoot;
        await RunAsync(AgentFaults.Success);
        Assert.DoesNotContain("/trusted_root.json", _sigstore.Asked);
    }

    [Theory]
    [InlineData("trusted-root", "none.json", "'none.json' cannot be read", AgentFaults.Usage)]
    [InlineData("signing-config", "none.json", "'none.json' cannot be read", AgentFaults.Usage)]
    [InlineData("trusted-root", "config.json", "'config.json' is not usable", AgentFaults.Usage)]
    [InlineData("signing-config", "root.json", "'root.json' is not usable", AgentFaults.Usage)]
    [InlineData("tuf-root", "root.json", "trusted-root is the file, and tuf-url and tuf-root", AgentFaults.Usage)]
    [InlineData("tuf-url", "https://tuf.test", "trusted-root is the file, and tuf-url and tuf-root", AgentFaults.Usage)]
    public async Task A_file_of_trust_that_cannot_be_used_is_named_before_anybody_is_asked(string input, string value, string sentence, int code)
    {
        _place.Variables["INPUT_" + input.ToUpperInvariant()] = value;
        await RunAsync(code);
        Assert.Contains(sentence, _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    [Fact]
    public async Task A_trusted_root_of_any_instance_comes_by_TUF()
    {
        using var tuf = new TufRepository(TimeProvider.System.GetUtcNow()) { Targets = { ["trusted_root.json"] = _sigstore.Root.ToJson() } };
        tuf.Publish();
        using var server = new ScriptedNetwork(request => tuf.Files.TryGetValue(request.RequestUri!.AbsolutePath["/repo/".Length..], out var file)
            ? new HttpResponseMessage { Content = new ByteArrayContent(file) }
            : new HttpResponseMessage(System.Net.HttpStatusCode.NotFound));
        using var network = new HostNetwork(("sign.test", _sigstore), ("tuf.test", server));
        using var place = new TestPlace { Network = network }.AsGitHubJob(SmallSigstore.TokenUrl);
        place.Write("a.zip", "a");
        File.WriteAllBytes(place.PathOf("tuf.json"), tuf.InitialRoot);
        string[] asked = ["attest", "a.zip", "--signing-config", _place.PathOf("config.json"), "--tuf-url", "https://tuf.test/repo/", "--tuf-root", "tuf.json"];
        var code = await SigningAgent.RunAsync(asked, place.Environment, TestContext.Current.CancellationToken);
        Assert.True(code == AgentFaults.Success, place.Printed);
        Assert.DoesNotContain("/trusted_root.json", _sigstore.Asked);
    }

    public void Dispose()
    {
        _place.Dispose();
        _sigstore.Dispose();
    }

    private void Set(ActionInput input, string value) => _place.Variables[input.Variable] = value;

    private async Task RunAsync(int expected)
    {
        var code = await SigningAgent.RunAsync(["action"], _place.Environment, TestContext.Current.CancellationToken);
        Assert.True(code == expected, $"{code}: {_place.Printed}");
    }
}
