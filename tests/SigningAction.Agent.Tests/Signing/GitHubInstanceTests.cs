using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Agent.Tests.Pipelines;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;
using SigningAction.Testing.Tuf;

namespace SigningAction.Agent.Tests.Signing;

/// <summary>GitHub's own instance at its own addresses, forged: an authority without certificate log, a timestamp authority, and no log of signatures.</summary>
public sealed class GitHubInstanceTests : IDisposable
{
    private const string Fulcio = "fulcio.githubapp.com";
    private const string Timestamps = "timestamp.githubapp.com";

    private static readonly VerificationPolicy Policy = new()
    {
        Issuer = "https://token.example",
        Identity = InMemorySigstore.Workflow.SignerUri,
        Profile = TrustProfile.GitHub,
    };

    private readonly SmallSigstore _sigstore = new(TimeProvider.System, InMemorySigstore.GitHub());
    private readonly SmallGitHub _github = new();
    private readonly TufRepository _tuf = new(TimeProvider.System.GetUtcNow());
    private readonly ScriptedNetwork _tufServer;
    private readonly HostNetwork _network;
    private readonly TestPlace _place;

    public GitHubInstanceTests()
    {
        _tufServer = new ScriptedNetwork(request => _tuf.Files.TryGetValue(request.RequestUri!.AbsolutePath[1..], out var file)
            ? new HttpResponseMessage { Content = new ByteArrayContent(file) }
            : new HttpResponseMessage(HttpStatusCode.Forbidden));
        _network = new HostNetwork(
            (Fulcio, _sigstore), (Timestamps, _sigstore), ("fulcio.octo.ghe.com", _sigstore), ("timestamp.octo.ghe.com", _sigstore),
            ("sign.test", _sigstore), ("api.github.test", _github), ("uploads.github.test", _github), ("tuf-repo.github.com", _tufServer));
        _place = new TestPlace { Network = _network }.AsGitHubJob(SmallSigstore.TokenUrl);
        _place.Variables["GITHUB_WORKSPACE"] = _place.Directory_;
        _place.Variables["GITHUB_REPOSITORY"] = "octo/app";
        _place.Variables["GITHUB_SERVER_URL"] = "https://github.com";
        _place.Variables["GITHUB_API_URL"] = SmallGitHub.Api;
        foreach (var input in ActionInputs.All)
        {
            _place.Variables[input.Variable] = input.Default;
        }

        Set(ActionInputs.GitHubToken, SmallGitHub.Token);
        Set(ActionInputs.SubjectPath, "app.zip");
        Set(ActionInputs.Authority, GitHubInstance.Name);
        Set(ActionInputs.TrustedRoot, "root.json");
        Write("root.json", _sigstore.Root);
        _place.Write("app.zip", "app");
    }

    [Fact]
    public async Task A_step_of_a_private_repository_is_attested_without_a_log_and_listed_with_GitHubs_attestations()
    {
        await RunAsync(AgentFaults.Success);
        var outputs = Outputs();
        var bundle = Bundle.Parse(File.ReadAllBytes(_place.PathOf(outputs[ActionOutputs.BundlePath])));
        Assert.Equal(BundleVersion.V03, bundle.Version);
        Assert.Empty(bundle.LogEntries);
        Assert.Single(bundle.Timestamps);
        var verified = new Verifier(_sigstore.Root).Verify(bundle, Artifact.OfBytes("app"u8.ToArray()), Policy);
        Assert.True(Assert.Single(verified.Times).IsTimestamp);
        Assert.Same(TrustProfile.GitHub, TrustProfile.NamedBy(bundle));
        Assert.Single(_github.Attestations);
        Assert.Equal("100", outputs[ActionOutputs.AttestationId]);
        Assert.Equal(["/token", "/api/v2/signingCert", "/api/v1/timestamp"], _sigstore.Asked);
        Assert.Equal("", outputs.GetValueOrDefault(ActionOutputs.LogIndex, ""));
    }

    [Fact]
    public async Task Its_bundle_is_none_for_who_demands_logs()
    {
        await RunAsync(AgentFaults.Success);
        var bundle = Bundle.Parse(File.ReadAllBytes(_place.PathOf(Outputs()[ActionOutputs.BundlePath])));
        var refused = Assert.Throws<EvidenceException>(() =>
            new Verifier(_sigstore.Root).Verify(bundle, Artifact.OfBytes("app"u8.ToArray()), Policy with { Profile = TrustProfile.Sigstore }));
        Assert.Equal(FailureCode.SctMissing, refused.Code);
    }

    [Fact]
    public async Task The_summary_tells_the_commands_that_can_verify_it_and_no_other()
    {
        await RunAsync(AgentFaults.Success);
        var summary = WebUtility.HtmlDecode(File.ReadAllText(_place.PathOf(".summary")));
        Assert.Contains("gh attestation trusted-root > trusted_root.jsonl\nsigning-verifier verify app.zip ", summary, StringComparison.Ordinal);
        Assert.Contains("--trusted-root trusted_root.jsonl", summary, StringComparison.Ordinal);
        Assert.Contains("gh attestation verify app.zip ", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("--custom-trusted-root", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("cosign", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_signature_has_a_timestamp_and_no_entry_either()
    {
        Set(ActionInputs.Sign, "true");
        await RunAsync(AgentFaults.Success);
        var bundle = Bundle.Parse(File.ReadAllBytes(_place.PathOf("attestations/app.zip.sigstore.json")));
        Assert.Null(bundle.Envelope);
        Assert.Empty(bundle.LogEntries);
        _ = new Verifier(_sigstore.Root).Verify(bundle, Artifact.OfBytes("app"u8.ToArray()), Policy);
    }

    [Fact]
    public async Task A_file_of_both_instances_roots_serves_by_the_one_that_is_GitHubs()
    {
        File.AppendAllBytes(_place.PathOf("both.jsonl"), [.. Line(PublicGood.Root()), .. Line(_sigstore.Root)]);
        Set(ActionInputs.TrustedRoot, "both.jsonl");
        await RunAsync(AgentFaults.Success);
    }

    [Fact]
    public async Task A_root_of_somebody_else_is_told_before_a_token_is_asked_for()
    {
        Write("root.json", PublicGood.Root());
        await RunAsync(AgentFaults.Usage);
        Assert.Contains("'gh attestation trusted-root' prints that one", _place.Printed, StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    [Fact]
    public async Task Two_roots_of_the_same_instance_leave_open_which_one_signs()
    {
        File.AppendAllBytes(_place.PathOf("twice.jsonl"), [.. Line(_sigstore.Root), .. Line(_sigstore.Root)]);
        Set(ActionInputs.TrustedRoot, "twice.jsonl");
        await RunAsync(AgentFaults.Usage);
        Assert.Contains("2 trusted roots that may be meant", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_root_it_is_said_what_to_give()
    {
        Set(ActionInputs.TrustedRoot, "");
        await RunAsync(AgentFaults.Usage);
        Assert.Contains("give trusted-root, a file that 'gh attestation trusted-root' prints, or tuf-root", _place.Printed, StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    [Fact]
    public async Task A_stranger_that_calls_itself_GitHub_gets_nothing_signed()
    {
        using var stranger = InMemorySigstore.GitHub();
        Write("root.json", stranger.TrustedRoot);
        await RunAsync(AgentFaults.Refused);
        Assert.Contains("EVIDENCE_REFUSED", _place.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("/api/v1/timestamp", _sigstore.Asked);
    }

    [Fact]
    public async Task Without_a_timestamp_nothing_is_written()
    {
        _sigstore.Instead = (path, _) => path == "/api/v1/timestamp" ? new HttpResponseMessage(HttpStatusCode.NotFound) : null;
        await RunAsync(AgentFaults.CouldNot);
        Assert.False(Directory.Exists(_place.PathOf("attestations")));
        Assert.Empty(_github.Attestations);
    }

    [Fact]
    public async Task A_config_with_a_log_is_refused_because_nothing_may_be_published()
    {
        File.WriteAllBytes(_place.PathOf("config.json"), SmallSigstore.ConfigAt(SmallSigstore.Url, timestamps: true, 2));
        Set(ActionInputs.SigningConfig, "config.json");
        await RunAsync(AgentFaults.Usage);
        Assert.Contains("publishes nothing of what it signs", _place.Printed, StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    [Fact]
    public async Task A_config_without_a_timestamp_authority_is_refused_because_nothing_else_proves_the_time()
    {
        File.WriteAllBytes(_place.PathOf("config.json"), SmallSigstore.ConfigAt(SmallSigstore.Url, timestamps: false));
        Set(ActionInputs.SigningConfig, "config.json");
        await RunAsync(AgentFaults.Usage);
        Assert.Contains("lists no timestamp authority", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_signed_is_never_handed_to_the_log_of_another_instance()
    {
        _place.Variables["SIGNING_AGENT_STATE"] = "state.jsonl";
        Set(ActionInputs.Release, "v1");
        _github.HasRelease = false;
        await RunAsync(AgentFaults.CouldNot);
        var kept = File.ReadAllText(_place.PathOf("state.jsonl"));
        Assert.Contains("dsseEnvelope", kept, StringComparison.Ordinal);

        using var other = new SmallSigstore(TimeProvider.System);
        using var place = new TestPlace { Network = other }.AsGitHubJob(SmallSigstore.TokenUrl);
        place.Variables["SIGNING_AGENT_STATE"] = place.Write("state.jsonl", kept);
        place.Write("app.zip", "app");
        Assert.Equal(AgentFaults.Success, await SigningAgent.RunAsync(["attest", "app.zip", "--authority", SmallSigstore.Url], place.Environment, TestContext.Current.CancellationToken));
        Assert.Equal(1, other.Logged);
        var bundle = Bundle.Parse(File.ReadAllBytes(place.PathOf("app.zip.sigstore.json")));
        Assert.Same(TrustProfile.Sigstore, TrustProfile.NamedBy(bundle));
    }

    [Fact]
    public async Task A_rerun_takes_up_what_was_signed_and_asks_for_no_second_timestamp()
    {
        _place.Variables["SIGNING_AGENT_STATE"] = "state.jsonl";
        Set(ActionInputs.Release, "v1");
        _github.HasRelease = false;
        await RunAsync(AgentFaults.CouldNot);
        _github.HasRelease = true;
        await RunAsync(AgentFaults.Success);
        Assert.Single(_sigstore.Asked, "/api/v1/timestamp");
        Assert.Single(_github.Attestations);
    }

    [Fact]
    public async Task The_root_comes_by_TUF_from_GitHubs_repository_where_only_its_first_root_is_given()
    {
        UseTuf();
        await RunAsync(AgentFaults.Success);
        Assert.All(_tufServer.Requests, request => Assert.Null(request.Authorization));
        Assert.Contains("https://tuf-repo.github.com/timestamp.json", _tufServer.Requests.Select(request => request.Address.AbsoluteUri));
    }

    [Fact]
    public async Task A_TUF_repository_of_other_keys_is_refused_before_a_token_is_asked_for()
    {
        using var stranger = new TufRepository(TimeProvider.System.GetUtcNow());
        UseTuf();
        File.WriteAllBytes(_place.PathOf("tuf.json"), stranger.InitialRoot);
        await RunAsync(AgentFaults.Refused);
        Assert.Contains("is refused, and nothing was signed", _place.Printed, StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    [Fact]
    public async Task An_expired_TUF_repository_is_refused()
    {
        _tuf.TimestampDays = -1;
        UseTuf();
        await RunAsync(AgentFaults.Refused);
        Assert.Contains("expired", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_whose_bytes_are_not_the_listed_ones_is_refused()
    {
        UseTuf();
        var target = _tuf.Files.Keys.Single(path => path.StartsWith("targets/", StringComparison.Ordinal));
        using var stranger = InMemorySigstore.GitHub();
        _tuf.Files[target] = stranger.TrustedRoot.ToJson();
        await RunAsync(AgentFaults.Refused);
        Assert.Empty(_sigstore.Asked);
    }

    [Fact]
    public async Task A_tenant_of_GHE_com_has_its_own_services_and_no_root_of_GitHubs_repository()
    {
        _place.Variables["GITHUB_SERVER_URL"] = "https://octo.ghe.com";
        await RunAsync(AgentFaults.Success);
        UseTuf();
        await RunAsync(AgentFaults.Usage);
        Assert.Contains("gh attestation trusted-root --hostname", _place.Printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://github.example.com")]
    [InlineData("https://github.com.example.com")]
    [InlineData("https://ghe.com")]
    [InlineData("https://a.b.ghe.com")]
    [InlineData("https://github.com:8443")]
    public async Task A_server_that_has_no_such_instance_is_told_and_gets_no_token(string server)
    {
        _place.Variables["GITHUB_SERVER_URL"] = server;
        await RunAsync(AgentFaults.Usage);
        Assert.Contains("only github.com and GHE.com have", _place.Printed, StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    [Theory]
    [InlineData("http://github.com")]
    [InlineData("github.com")]
    [InlineData("")]
    public void A_server_is_an_https_address(string server) =>
        Assert.Equal(AgentFault.Usage, Assert.Throws<AgentException>(() => GitHubInstance.Services(server)).Fault);

    [Fact]
    public void Its_services_are_those_of_actions_attest()
    {
        var services = GitHubInstance.Services(null);
        Assert.Equal("https://fulcio.githubapp.com", Assert.Single(services.CertificateAuthorities).Url);
        Assert.Equal("https://timestamp.githubapp.com/api/v1/timestamp", Assert.Single(services.TimestampAuthorities).Url);
        Assert.Empty(services.Logs);
        Assert.Equal("https://timestamp.octo.ghe.com/api/v1/timestamp", Assert.Single(GitHubInstance.Services("https://octo.ghe.com").TimestampAuthorities).Url);
    }

    public void Dispose()
    {
        _place.Dispose();
        _network.Dispose();
        _tufServer.Dispose();
        _tuf.Dispose();
        _github.Dispose();
        _sigstore.Dispose();
    }

    private void Set(ActionInput input, string value) => _place.Variables[input.Variable] = value;

    private void Write(string name, TrustedRoot root) => File.WriteAllBytes(_place.PathOf(name), root.ToJson());

    private void UseTuf()
    {
        _tuf.Targets["trusted_root.json"] = _sigstore.Root.ToJson();
        _tuf.Publish();
        File.WriteAllBytes(_place.PathOf("tuf.json"), _tuf.InitialRoot);
        Set(ActionInputs.TrustedRoot, "");
        Set(ActionInputs.TufRoot, "tuf.json");
    }

    private static byte[] Line(TrustedRoot root) => Encoding.UTF8.GetBytes(JsonNode.Parse(root.ToJson())!.ToJsonString() + "\n");

    private async Task RunAsync(int expected)
    {
        File.Delete(_place.PathOf(".output"));
        var code = await SigningAgent.RunAsync(["action"], _place.Environment, TestContext.Current.CancellationToken);
        Assert.True(code == expected, $"{code}: {_place.Printed}");
    }

    private Dictionary<string, string> Outputs() =>
        OutputFileTests.Parse(File.ReadAllText(_place.PathOf(".output"))).ToDictionary(o => o.Item1, o => o.Item2, StringComparer.Ordinal);
}
