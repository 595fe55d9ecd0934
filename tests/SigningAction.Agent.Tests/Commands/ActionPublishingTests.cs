using System.Net;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Publishing.GitHub;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Agent.Tests.Pipelines;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>The whole step with the places that it publishes to: what is where, what is told, and what a rerun does.</summary>
public sealed class ActionPublishingTests : IDisposable
{
    private readonly SmallSigstore _sigstore = new(TimeProvider.System);
    private readonly SmallGitHub _github = new();
    private readonly SmallRegistry _registry = new();
    private readonly HostNetwork _network;
    private readonly TestPlace _place;

    public ActionPublishingTests()
    {
        _network = new HostNetwork(("sign.test", _sigstore), ("api.github.test", _github), ("uploads.github.test", _github), (SmallRegistry.Host, _registry));
        _place = new TestPlace { Network = _network }.AsGitHubJob(SmallSigstore.TokenUrl);
        _place.Variables["GITHUB_WORKSPACE"] = _place.Directory_;
        _place.Variables["GITHUB_REPOSITORY"] = "octo/app";
        _place.Variables["GITHUB_API_URL"] = SmallGitHub.Api;
        _place.Variables["SIGNING_AGENT_STATE"] = "state.jsonl";
        foreach (var input in ActionInputs.All)
        {
            _place.Variables[input.Variable] = input.Default;
        }

        Set(ActionInputs.GitHubToken, SmallGitHub.Token);
        Set(ActionInputs.Authority, SmallSigstore.Url);
    }

    [Fact]
    public async Task An_image_is_attested_in_its_registry_in_the_release_and_in_its_storage_record()
    {
        Image();
        AsPublicGood();
        await RunAsync(AgentFaults.Success);
        Assert.Single(_registry.Referrers);
        Assert.Equal(File.ReadAllBytes(_place.PathOf(Outputs()[ActionOutputs.BundlePath])), Assert.Single(_github.Assets).Content);
        Assert.Equal("1", Outputs()[ActionOutputs.StorageRecordIds]);
        var summary = Summary();
        Assert.Contains("### Published", summary, StringComparison.Ordinal);
        Assert.Contains("release v1", summary, StringComparison.Ordinal);
        Assert.Contains("registry.test/octo/app", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("not published", summary, StringComparison.Ordinal);
        Assert.False(File.Exists(_place.PathOf("state.jsonl")));
    }

    [Fact]
    public async Task A_place_that_refuses_fails_alone_and_a_rerun_publishes_only_what_is_missing()
    {
        Image();
        AsPublicGood();
        _github.Before = r => r.RequestUri!.Host == "uploads.github.test"
            ? new HttpResponseMessage(HttpStatusCode.Forbidden) { Content = new StringContent("""{"message":"[no](x)"}""") } : null;
        await RunAsync(AgentFaults.CouldNot);
        Assert.Contains("NOT_PUBLISHED", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Single(_registry.Referrers);
        Assert.Empty(_github.Assets);
        Assert.True(File.Exists(_place.PathOf(Outputs()[ActionOutputs.BundlePath])));
        Assert.Contains("**not published**", Summary(), StringComparison.Ordinal);
        Assert.Contains("publishes only what is missing", Summary(), StringComparison.Ordinal);
        Assert.DoesNotContain("[no]", File.ReadAllText(_place.PathOf(".summary")), StringComparison.Ordinal);

        _github.Before = _ => null;
        File.Delete(_place.PathOf(".output"));
        await RunAsync(AgentFaults.Success);
        Assert.Equal(1, _sigstore.Logged);
        Assert.Single(_registry.Referrers);
        Assert.Single(_github.Assets);
        Assert.Equal("1", Outputs()[ActionOutputs.StorageRecordIds]);
        Assert.Single(_github.Asked, asked => asked.EndsWith("/storage-record", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_storage_record_that_is_refused_is_told_and_fails_nothing()
    {
        Image();
        AsPublicGood();
        _github.Before = r => r.RequestUri!.AbsolutePath.EndsWith("/storage-record", StringComparison.Ordinal) ? new HttpResponseMessage(HttpStatusCode.NotFound) : null;
        await RunAsync(AgentFaults.Success);
        Assert.False(Outputs().ContainsKey(ActionOutputs.StorageRecordIds));
        Assert.Contains("not published, which fails nothing", Summary(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_public_instance_signed_is_listed_with_GitHubs_attestations()
    {
        _place.Write("a.zip", "a");
        File.WriteAllBytes(_place.PathOf("root.json"), _sigstore.Root.ToJson());
        File.WriteAllBytes(_place.PathOf("config.json"), _sigstore.Config.ToJson());
        _place.Variables["GITHUB_TOKEN"] = SmallGitHub.Token;
        await RunAsync(AgentFaults.Success, "attest", "a.zip", "--authority", "public-good", "--trusted-root", "root.json", "--signing-config", "config.json");
        Assert.Single(_github.Attestations);
        Assert.Equal("100", Outputs()[ActionOutputs.AttestationId]);
        Assert.Equal("https://github.com/octo/app/attestations/100", Outputs()[ActionOutputs.AttestationUrl]);
        Assert.Equal("a.zip.sigstore.json", Outputs()[ActionOutputs.BundlePath]);
        Assert.Contains(AttestationsTarget.TargetName, Summary(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_authority_keeps_is_a_row_of_what_is_where_and_the_consumer_needs_the_artifact_alone()
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        Set(ActionInputs.Sign, "true");
        _sigstore.Instead = (path, _) => path == "/api/v1/bundles" ? SmallSigstore.Answer("{}", HttpStatusCode.Created) : null;
        await RunAsync(AgentFaults.Success);
        Assert.Contains($"| <code>the authority</code> | <code>2 of 2 bundles</code> | published | <code>{SmallSigstore.Url}</code> |", Summary(), StringComparison.Ordinal);
        Assert.Contains($"signing-verifier verify a.zip --authority {SmallSigstore.Url} --trusted-root trusted_root.json --cert-identity ", Summary(), StringComparison.Ordinal);
        Assert.Contains("cosign verify-blob-attestation a.zip --bundle a.zip.provenance.sigstore.json", Summary(), StringComparison.Ordinal);
        Assert.Contains("It is <code>attestations/a.zip.provenance.sigstore.json</code> of this job's workspace, which ends with the job", Summary(), StringComparison.Ordinal);
        Assert.Contains("bundle attestations/a.zip.provenance.sigstore.json", _place.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_authority_does_not_keep_is_a_row_too_and_no_command_sends_anybody_there()
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        Set(ActionInputs.Release, "v1");
        _sigstore.Instead = (path, _) => path == "/api/v1/bundles" ? SmallSigstore.Answer("""{"code":"BUNDLES_FULL","detail":"[no](x)"}""", HttpStatusCode.Conflict) : null;
        await RunAsync(AgentFaults.Success);
        Assert.Contains("| <code>the authority</code> | <code>a.zip.provenance.sigstore.json</code> | not published, which fails nothing | <code>Signed, but the authority keeps only 0 of 1 bundles", Summary(), StringComparison.Ordinal);
        Assert.DoesNotContain("[no]", File.ReadAllText(_place.PathOf(".summary")), StringComparison.Ordinal);
        Assert.DoesNotContain($"--authority {SmallSigstore.Url}", Summary(), StringComparison.Ordinal);
        Assert.Contains("signing-verifier verify a.zip --bundle a.zip.provenance.sigstore.json --trusted-root", Summary(), StringComparison.Ordinal);
        Assert.Contains("It is attached to <code>release v1</code>:", Summary(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_GitHub_lists_is_found_there_without_a_bundle()
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        AsPublicGood();
        await RunAsync(AgentFaults.Success);
        Assert.Contains("gh attestation verify a.zip --repo octo/app --predicate-type", Summary(), StringComparison.Ordinal);
        Assert.Contains("signing-verifier verify a.zip --repo octo/app --trusted-root", Summary(), StringComparison.Ordinal);
    }

    /// <summary>All ten of <see cref="ActionOutputs"/>, but the one of a run that did not come to its end.</summary>
    [Fact]
    public async Task A_step_of_more_subjects_than_a_statement_takes_has_every_output()
    {
        var digest = new string('a', 56);
        Set(ActionInputs.SubjectChecksums, _place.Write("SUMS", string.Concat(Enumerable.Range(0, 1025).Select(i => $"{digest}{i:x8}  file-{i}\n"))));
        AsPublicGood();
        await RunAsync(AgentFaults.Success);
        var outputs = Outputs();
        Assert.Equal(ActionOutputs.All.Except([ActionOutputs.StatePath, ActionOutputs.StorageRecordIds]).Order(StringComparer.Ordinal), outputs.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("100", outputs[ActionOutputs.AttestationId]);
        Assert.Equal("100\n101", outputs[ActionOutputs.AttestationIds]);
        Assert.Equal("https://github.com/octo/app/attestations/100", outputs[ActionOutputs.AttestationUrl]);
        Assert.Equal("https://github.com/octo/app/attestations/100\nhttps://github.com/octo/app/attestations/101", outputs[ActionOutputs.AttestationUrls]);
        Assert.Equal(2, outputs[ActionOutputs.LogIndex].Split('\n').Length);
        Assert.Equal(outputs[ActionOutputs.BundlePath], outputs[ActionOutputs.BundlePaths]);
        Assert.EndsWith(".provenance.sigstore.jsonl", outputs[ActionOutputs.BundlePath], StringComparison.Ordinal);
        Assert.StartsWith("https://github.com/octo/app/", outputs[ActionOutputs.CertificateIdentity], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_one_name_in_two_directories_have_two_bundles_in_a_release()
    {
        _place.Write("dist/a/x.zip", "a");
        _place.Write("dist/b/x.zip", "b");
        Set(ActionInputs.SubjectPath, "dist/**");
        Set(ActionInputs.Sign, "true");
        Set(ActionInputs.Release, "v1");
        await RunAsync(AgentFaults.Success);
        Assert.Equal(["x.zip.2.sigstore.json", "x.zip.sigstore.json"], _github.Assets.Select(asset => asset.Name).Where(name => name.StartsWith("x.zip", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(3, _github.Assets.Count);
    }

    [Fact]
    public async Task Paths_in_outputs_hold_outside_the_container_whichever_verb_wrote_them()
    {
        _place.Write("dist/a.zip", "a");
        await RunAsync(AgentFaults.Success, "attest", "dist/a.zip", "--authority", SmallSigstore.Url);
        Assert.Equal("dist/a.zip.sigstore.json", Outputs()[ActionOutputs.BundlePath]);
        await RunAsync(AgentFaults.Success, "sign", "dist/a.zip", "--authority", SmallSigstore.Url, "--bundle-dir", Path.Combine(_place.Directory_, "out"));
        Assert.EndsWith("out/dist/a.zip.sigstore.json", OutputFileTests.Parse(File.ReadAllText(_place.PathOf(".output"))).Last(o => o.Item1 == ActionOutputs.BundlePath).Item2, StringComparison.Ordinal);
        Assert.DoesNotContain(_place.Directory_, File.ReadAllText(_place.PathOf(".output")), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _place.Dispose();
        _network.Dispose();
        _registry.Dispose();
        _github.Dispose();
        _sigstore.Dispose();
    }

    private void Image()
    {
        Set(ActionInputs.SubjectName, $"{SmallRegistry.Host}/octo/app");
        Set(ActionInputs.SubjectDigest, $"sha256:{SmallRegistry.Digest}");
        Set(ActionInputs.PushToRegistry, "true");
        Set(ActionInputs.Release, "v1");
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

    private async Task RunAsync(int expected, params string[] args)
    {
        var code = await SigningAgent.RunAsync(args is [] ? ["action"] : args, _place.Environment, TestContext.Current.CancellationToken);
        Assert.True(code == expected, $"{code}: {_place.Printed}");
    }

    private Dictionary<string, string> Outputs() =>
        OutputFileTests.Parse(File.ReadAllText(_place.PathOf(".output"))).ToDictionary(o => o.Item1, o => o.Item2, StringComparer.Ordinal);
}
