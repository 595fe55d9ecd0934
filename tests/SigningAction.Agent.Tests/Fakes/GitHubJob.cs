using System.Net;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Tests.Pipelines;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;
using SigningAction.Testing.Tuf;

namespace SigningAction.Agent.Tests.Fakes;

/// <summary>
/// The step in a job of a private repository: GitHub's own instance at its own addresses, forged (an authority without certificate log, a timestamp authority, no log of signatures),
/// and its TUF repository.
/// </summary>
public sealed class GitHubJob : IDisposable
{
    private readonly HostNetwork _network;

    public GitHubJob()
        : this(InMemorySigstore.GitHub())
    {
    }

    /// <summary>The same job, with another instance.</summary>
    public GitHubJob(InMemorySigstore instance)
    {
        Sigstore = new SmallSigstore(TimeProvider.System, instance);
        TufServer = new ScriptedNetwork(request => Tuf.Files.TryGetValue(request.RequestUri!.AbsolutePath[1..], out var file)
            ? new HttpResponseMessage { Content = new ByteArrayContent(file) }
            : new HttpResponseMessage(HttpStatusCode.Forbidden));
        _network = new HostNetwork(
            ("fulcio.githubapp.com", Sigstore), ("timestamp.githubapp.com", Sigstore), ("fulcio.octo.ghe.com", Sigstore), ("timestamp.octo.ghe.com", Sigstore),
            ("sign.test", Sigstore), ("api.github.test", GitHub), ("uploads.github.test", GitHub), ("tuf-repo.github.com", TufServer));
        Place = new TestPlace { Network = _network }.AsGitHubJob(SmallSigstore.TokenUrl);
        Place.Variables["GITHUB_WORKSPACE"] = Place.Directory_;
        Place.Variables["GITHUB_REPOSITORY"] = "octo/app";
        Place.Variables["GITHUB_SERVER_URL"] = "https://github.com";
        Place.Variables["GITHUB_API_URL"] = SmallGitHub.Api;
        foreach (var input in ActionInputs.All)
        {
            Place.Variables[input.Variable] = input.Default;
        }

        Set(ActionInputs.GitHubToken, SmallGitHub.Token);
        Set(ActionInputs.SubjectPath, "app.zip");
        Set(ActionInputs.Authority, GitHubInstance.Name);
        Set(ActionInputs.TrustedRoot, "root.json");
        Write("root.json", Sigstore.Root);
        Place.Write("app.zip", "app");
    }

    public SmallSigstore Sigstore { get; }

    public SmallGitHub GitHub { get; } = new();

    public TufRepository Tuf { get; } = new(TimeProvider.System.GetUtcNow());

    public ScriptedNetwork TufServer { get; }

    public TestPlace Place { get; }

    public void Set(ActionInput input, string value) => Place.Variables[input.Variable] = value;

    public void Write(string name, TrustedRoot root) => File.WriteAllBytes(Place.PathOf(name), root.ToJson());

    /// <summary>From here on the root comes by TUF.</summary>
    public void UseTuf()
    {
        Tuf.Targets["trusted_root.json"] = Sigstore.Root.ToJson();
        Tuf.Publish();
        File.WriteAllBytes(Place.PathOf("tuf.json"), Tuf.InitialRoot);
        Set(ActionInputs.TrustedRoot, "");
        Set(ActionInputs.TufRoot, "tuf.json");
    }

    public async Task RunAsync(int expected)
    {
        File.Delete(Place.PathOf(".output"));
        var code = await SigningAgent.RunAsync(["action"], Place.Environment, TestContext.Current.CancellationToken);
        Assert.True(code == expected, $"{code}: {Place.Printed}");
    }

    public IReadOnlyDictionary<string, string> Outputs() =>
        OutputFileTests.Parse(File.ReadAllText(Place.PathOf(".output"))).ToDictionary(o => o.Item1, o => o.Item2, StringComparer.Ordinal);

    public void Dispose()
    {
        Place.Dispose();
        _network.Dispose();
        TufServer.Dispose();
        Tuf.Dispose();
        GitHub.Dispose();
        Sigstore.Dispose();
    }
}
