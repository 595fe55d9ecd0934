using System.Net;
using System.Text.Json.Nodes;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Publishing;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Agent.Tests.Pipelines;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>One step and many images, in several registries: each gets the attestation where it is, and a record of its own.</summary>
public sealed class ManyImagesTests : IDisposable
{
    private const string Tool = "tools.test/octo/tool";
    private static readonly byte[] ToolImage = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"annotations":{"of":"tool"}}"""u8.ToArray();

    private readonly SmallSigstore _sigstore = new(TimeProvider.System);
    private readonly SmallGitHub _github = new();
    private readonly SmallRegistry _registry = new();
    private readonly SmallRegistry _tools = new("octo/tool", ToolImage);
    private readonly SmallRegistry _mirror = new();
    private readonly HostNetwork _network;
    private readonly TestPlace _place;

    public ManyImagesTests()
    {
        _network = new HostNetwork(
            ("sign.test", _sigstore), ("api.github.test", _github), ("uploads.github.test", _github), (SmallRegistry.Host, _registry), ("tools.test", new Refusing(_tools, () => ToolsRefuse)), ("mirror.test", _mirror));
        _place = new TestPlace { Network = _network }.AsGitHubJob(SmallSigstore.TokenUrl);
        _place.Variables["GITHUB_WORKSPACE"] = _place.Directory_;
        _place.Variables["GITHUB_REPOSITORY"] = "octo/app";
        _place.Variables["GITHUB_API_URL"] = SmallGitHub.Api;
        foreach (var input in ActionInputs.All)
        {
            _place.Variables[input.Variable] = input.Default;
        }

        Set(ActionInputs.GitHubToken, SmallGitHub.Token);
        Set(ActionInputs.Authority, SmallSigstore.Url);
        Set(ActionInputs.PushToRegistry, "true");
    }

    private bool ToolsRefuse { get; set; }

    [Fact]
    public async Task Every_image_of_a_list_gets_the_attestation_in_its_own_registry_and_a_record_of_its_own()
    {
        Set(ActionInputs.SubjectChecksums, $"""
            {SmallRegistry.Digest}  {SmallRegistry.Host}/Octo/App
            {Sha256Digest.Of(ToolImage)}  {Tool}
            {SmallRegistry.Digest}  mirror.test/octo/app
            """);
        Set(ActionInputs.SubjectVersion, "1.2");
        AsPublicGood();
        await RunAsync(AgentFaults.Success);
        var bundle = File.ReadAllBytes(_place.PathOf(Outputs()[ActionOutputs.BundlePath]));
        foreach (var registry in new[] { _registry, _tools, _mirror })
        {
            Assert.Equal(bundle, registry.Blob(Assert.Single(registry.Referrers)["layers"]![0]!["digest"]!.GetValue<string>()));
        }

        Assert.Equal(1, _sigstore.Logged);
        Assert.Equal(
            [$"{SmallRegistry.Host}/octo/app sha256:{SmallRegistry.Digest} 1.2", $"{Tool} sha256:{Sha256Digest.Of(ToolImage)} 1.2", $"mirror.test/octo/app sha256:{SmallRegistry.Digest} 1.2"],
            _github.StorageRecords.Select(r => JsonNode.Parse(r)!).Select(r => $"{r["name"]} {r["digest"]} {r["version"]}"));
        Assert.Equal("1,2,3", Outputs()[ActionOutputs.StorageRecordIds]);
        Assert.Contains($"{Tool}@sha256:{Sha256Digest.Of(ToolImage)}", Summary(), StringComparison.Ordinal);
        Assert.DoesNotContain("not published", Summary(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_what_an_authority_of_ones_own_attested_no_storage_record_is_asked_for()
    {
        Set(ActionInputs.SubjectChecksums, $"{SmallRegistry.Digest}  {SmallRegistry.Host}/octo/app");
        await RunAsync(AgentFaults.Success);
        Assert.Single(_registry.Referrers);
        Assert.Empty(_github.Asked);
        Assert.DoesNotContain("storage record", Summary(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attest_on_a_command_line_attaches_to_the_images_too()
    {
        _place.Write("SUMS", $"{SmallRegistry.Digest}  {SmallRegistry.Host}/Octo/App\n{Sha256Digest.Of(ToolImage)}  {Tool}\n");
        var code = await SigningAgent.RunAsync(
            ["attest", "--subject-checksums", "SUMS", "--push-to-registry", "--bundle", "b.json", "--authority", SmallSigstore.Url], _place.Environment, TestContext.Current.CancellationToken);
        Assert.True(code == AgentFaults.Success, _place.Printed);
        foreach (var registry in new[] { _registry, _tools })
        {
            Assert.Equal(File.ReadAllBytes(_place.PathOf("b.json")), registry.Blob(Assert.Single(registry.Referrers)["layers"]![0]!["digest"]!.GetValue<string>()));
        }

        Assert.Empty(_github.StorageRecords);
    }

    [Fact]
    public async Task Attest_on_a_command_line_refuses_files_for_a_registry()
    {
        _place.Write("app.zip", "app");
        Assert.Equal(AgentFaults.Usage, await SigningAgent.RunAsync(["attest", "app.zip", "--push-to-registry", "--authority", SmallSigstore.Url], _place.Environment, TestContext.Current.CancellationToken));
        Assert.Contains("files are none", _place.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_images_that_earlier_steps_declared_are_attached_too()
    {
        Declared(SmallRegistry.Host + "/octo/app");
        await RunAsync(AgentFaults.Success);
        Assert.Single(_registry.Referrers);
        Assert.Single(_tools.Referrers);
    }

    [Fact]
    public async Task A_registry_that_refuses_fails_alone_and_a_rerun_attaches_only_there()
    {
        Declared(SmallRegistry.Host + "/octo/app");
        ToolsRefuse = true;
        await RunAsync(AgentFaults.CouldNot);
        Assert.Single(_registry.Referrers);
        Assert.Empty(_tools.Referrers);
        Assert.Contains("**not published**", Summary(), StringComparison.Ordinal);

        ToolsRefuse = false;
        var asked = _registry.Seen.Count(s => s.Method == "PUT");
        File.Delete(_place.PathOf(".output"));
        await RunAsync(AgentFaults.Success);
        Assert.Single(_tools.Referrers);
        Assert.Equal(asked, _registry.Seen.Count(s => s.Method == "PUT"));
        Assert.Equal(1, _sigstore.Logged);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task What_is_no_image_among_them_is_told_before_anything_is_signed(string dryRun)
    {
        Declared("app.zip");
        Set(ActionInputs.DryRun, dryRun);
        await RunAsync(AgentFaults.ExitCode(AgentFault.Usage));
        Assert.Contains("'app.zip' is no image name with a registry", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, _sigstore.Logged);
        Assert.Empty(_tools.Seen);
    }

    [Fact]
    public async Task Of_several_bundles_an_image_takes_those_that_are_about_it()
    {
        Declared([.. Enumerable.Range(0, Limits.Subjects).Select(i => $"{SmallRegistry.Host}/octo/other{i}")]);
        Set(ActionInputs.Release, "v1");
        await RunAsync(AgentFaults.CouldNot);
        var lines = File.ReadAllLines(_place.PathOf(Outputs()[ActionOutputs.BundlePath]));
        Assert.Equal(2, lines.Length);
        Assert.Equal(lines[1], System.Text.Encoding.UTF8.GetString(_tools.Blob(Assert.Single(_tools.Referrers)["layers"]![0]!["digest"]!.GetValue<string>())));
        Assert.Empty(_registry.Referrers);
        Assert.Equal(lines, _github.Assets.Select(asset => System.Text.Encoding.UTF8.GetString(asset.Content)));
        Assert.Equal([".provenance.sigstore.jsonl", ".provenance.2.sigstore.jsonl"], _github.Assets.Select(asset => asset.Name[asset.Name.IndexOf('.', StringComparison.Ordinal)..]));
    }

    public void Dispose()
    {
        _place.Dispose();
        _network.Dispose();
        _mirror.Dispose();
        _tools.Dispose();
        _registry.Dispose();
        _github.Dispose();
        _sigstore.Dispose();
    }

    /// <summary>The runner's list with these, all of the image that <see cref="SmallRegistry"/> has, and the tool after them.</summary>
    private void Declared(params string[] names)
    {
        var subjects = names.Select(name => $$"""{"name":"{{name}}","digest":"sha256:{{SmallRegistry.Digest}}","kind":"oci"}""").Append($$"""{"name":"{{Tool}}","digest":"sha256:{{Sha256Digest.Of(ToolImage)}}","kind":"oci"}""");
        _place.Variables["GITHUB_ARTIFACTS_LIST"] = _place.Write("list.json", $$"""{"version":1,"subjects":[{{string.Join(',', subjects)}}]}""");
    }

    /// <summary>The public instance, which GitHub knows, at another address: only of what that attested are there storage records.</summary>
    private void AsPublicGood()
    {
        File.WriteAllBytes(_place.PathOf("root.json"), _sigstore.Root.ToJson());
        File.WriteAllBytes(_place.PathOf("config.json"), _sigstore.Config.ToJson());
        Set(ActionInputs.Authority, "public-good");
        Set(ActionInputs.TrustedRoot, "root.json");
        Set(ActionInputs.SigningConfig, "config.json");
    }

    private void Set(ActionInput input, string value) => _place.Variables[input.Variable] = value;

    private string Summary() => WebUtility.HtmlDecode(File.ReadAllText(_place.PathOf(".summary")));

    private async Task RunAsync(int expected)
    {
        var code = await SigningAgent.RunAsync(["action"], _place.Environment, TestContext.Current.CancellationToken);
        Assert.True(code == expected, $"{code}: {_place.Printed}");
    }

    private Dictionary<string, string> Outputs() =>
        OutputFileTests.Parse(File.ReadAllText(_place.PathOf(".output"))).ToDictionary(o => o.Item1, o => o.Item2, StringComparer.Ordinal);

    private sealed class Refusing(HttpMessageHandler registry, Func<bool> now) : DelegatingHandler(registry)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            now() ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.Forbidden)) : base.SendAsync(request, cancellationToken);
    }
}
