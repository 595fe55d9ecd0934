using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.EndToEnd.Tests.BothWays;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>An instance that is not ours, forged on loopback, GitHub's API beside it, and a job of the published agent that signs there.</summary>
internal sealed class ForeignInstance : IAsyncDisposable
{
    private readonly HandlerServer _services;
    private readonly HandlerServer _api;

    private ForeignInstance(SmallSigstore sigstore, SmallGitHub github, HandlerServer services, HandlerServer api)
    {
        (Sigstore, GitHub, _services, _api) = (sigstore, github, services, api);
        Artifact = Path.Combine(Folder, "app.zip");
        File.WriteAllText(Artifact, "a release");
    }

    public SmallSigstore Sigstore { get; }

    public SmallGitHub GitHub { get; }

    /// <summary>The workspace of the job.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("signingaction-foreign-").FullName;

    /// <summary>What is signed.</summary>
    public string Artifact { get; }

    public string TrustedRoot => Path.Combine(Folder, "trusted_root.json");

    /// <summary>Who signs there.</summary>
    public Expectation Expected => new(Folder, TrustedRoot, InMemorySigstore.Workflow.SignerUri, "https://token.example");

    public static async Task<ForeignInstance> StartAsync(InMemorySigstore instance)
    {
        var (sigstore, github) = (new SmallSigstore(TimeProvider.System, instance), new SmallGitHub());
        return new ForeignInstance(sigstore, github, await HandlerServer.StartAsync(sigstore), await HandlerServer.StartAsync(github));
    }

    /// <summary>Runs the step with the instance's own files as inputs; it must succeed.</summary>
    /// <param name="authority">The input; empty for none.</param>
    /// <param name="root">Whom to believe.</param>
    /// <param name="timestamps">Whether the signing config lists the timestamp authority.</param>
    /// <param name="logs">API versions of the logs that it lists.</param>
    /// <returns>The bundles: the attestation, then the signature.</returns>
    public async Task<IReadOnlyList<string>> SignAsync(string authority, TrustedRoot root, bool timestamps, params int[] logs)
    {
        await File.WriteAllBytesAsync(TrustedRoot, root.ToJson(), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(Folder, "signing_config.json"), SmallSigstore.ConfigAt(_services.Url, timestamps, logs), TestContext.Current.CancellationToken);
        var variables = ActionInputs.All.ToDictionary(input => input.Variable, input => input.Default.Contains("${{", StringComparison.Ordinal) ? "" : input.Default);
        foreach (var (input, value) in new[]
        {
            (ActionInputs.SubjectPath, "app.zip"), (ActionInputs.Sign, "true"), (ActionInputs.Authority, authority), (ActionInputs.GitHubToken, SmallGitHub.Token),
            (ActionInputs.TrustedRoot, "trusted_root.json"), (ActionInputs.SigningConfig, "signing_config.json"),
        })
        {
            variables[input.Variable] = value;
        }

        var output = Path.Combine(Folder, "output");
        File.Delete(output);
        foreach (var (name, value) in new[]
        {
            ("GITHUB_ACTIONS", "true"), ("GITHUB_REPOSITORY", "octo/app"), ("GITHUB_SERVER_URL", "https://github.com"), ("GITHUB_API_URL", _api.Url), ("GITHUB_WORKSPACE", Folder),
            ("GITHUB_OUTPUT", output), ("ACTIONS_ID_TOKEN_REQUEST_URL", _services.Url + "/token?api-version=2.0"), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "runner"),
        })
        {
            variables[name] = value;
        }

        var step = await Command.RunAsync(Installed.Agent, ["action"], Folder, variables);
        Assert.True(step.ExitCode == 0, step.Text);
        return [.. FileCommands.Read(output)[ActionOutputs.BundlePaths].Split('\n').Select(path => Path.Combine(Folder, path))];
    }

    /// <summary>What each verifier says of each bundle, all at once.</summary>
    public Task<(string Who, Command Verdict)[]> VerifyAsync(IReadOnlyList<string> bundles, Expectation expected) => Task.WhenAll(
        from bundle in bundles
        from who in Verifiers.All
        select VerifyAsync(who, bundle, expected));

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _api.DisposeAsync();
        Sigstore.Dispose();
        GitHub.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<(string Who, Command Verdict)> VerifyAsync(string who, string bundle, Expectation expected) =>
        (who, await Verifiers.VerifyAsync(who, bundle.Contains(".provenance.", StringComparison.Ordinal), Artifact, bundle, expected));
}
