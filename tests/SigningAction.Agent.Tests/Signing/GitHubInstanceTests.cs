using System.Net;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Signing;

/// <summary>GitHub's own instance at its own addresses, forged: what it signs is proven by its timestamp, and nothing of it is published.</summary>
public sealed class GitHubInstanceTests : IDisposable
{
    private static readonly VerificationPolicy Policy = new()
    {
        Issuer = "https://token.example",
        Identity = InMemorySigstore.Workflow.SignerUri,
        Profile = TrustProfile.GitHub,
    };

    private readonly GitHubJob _job = new();

    [Fact]
    public async Task A_step_of_a_private_repository_is_attested_without_a_log_and_listed_with_GitHubs_attestations()
    {
        await _job.RunAsync(AgentFaults.Success);
        var outputs = _job.Outputs();
        var bundle = Bundle.Parse(File.ReadAllBytes(_job.Place.PathOf(outputs[ActionOutputs.BundlePath])));
        Assert.Equal(BundleVersion.V03, bundle.Version);
        Assert.Empty(bundle.LogEntries);
        Assert.Single(bundle.Timestamps);
        var verified = new Verifier(_job.Sigstore.Root).Verify(bundle, Artifact.OfBytes("app"u8.ToArray()), Policy);
        Assert.True(Assert.Single(verified.Times).IsTimestamp);
        Assert.Same(TrustProfile.GitHub, TrustProfile.NamedBy(bundle));
        Assert.Single(_job.GitHub.Attestations);
        Assert.Equal("100", outputs[ActionOutputs.AttestationId]);
        Assert.Equal(["/token", "/api/v2/signingCert", "/api/v1/timestamp"], _job.Sigstore.Asked);
        Assert.Equal("", outputs.GetValueOrDefault(ActionOutputs.LogIndex, ""));
    }

    [Fact]
    public async Task Its_bundle_is_none_for_who_demands_logs()
    {
        await _job.RunAsync(AgentFaults.Success);
        var bundle = Bundle.Parse(File.ReadAllBytes(_job.Place.PathOf(_job.Outputs()[ActionOutputs.BundlePath])));
        var refused = Assert.Throws<EvidenceException>(() =>
            new Verifier(_job.Sigstore.Root).Verify(bundle, Artifact.OfBytes("app"u8.ToArray()), Policy with { Profile = TrustProfile.Sigstore }));
        Assert.Equal(FailureCode.SctMissing, refused.Code);
    }

    [Fact]
    public async Task The_summary_tells_the_commands_that_can_verify_it_and_no_other()
    {
        await _job.RunAsync(AgentFaults.Success);
        var summary = WebUtility.HtmlDecode(File.ReadAllText(_job.Place.PathOf(".summary")));
        Assert.Contains("gh attestation trusted-root > trusted_root.jsonl\nsigning-verifier verify app.zip ", summary, StringComparison.Ordinal);
        Assert.Contains("--trusted-root trusted_root.jsonl", summary, StringComparison.Ordinal);
        Assert.Contains("gh attestation verify app.zip ", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("--custom-trusted-root", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("cosign", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_signature_has_a_timestamp_and_no_entry_either()
    {
        _job.Set(ActionInputs.Sign, "true");
        await _job.RunAsync(AgentFaults.Success);
        var bundle = Bundle.Parse(File.ReadAllBytes(_job.Place.PathOf("attestations/app.zip.sigstore.json")));
        Assert.Null(bundle.Envelope);
        Assert.Empty(bundle.LogEntries);
        _ = new Verifier(_job.Sigstore.Root).Verify(bundle, Artifact.OfBytes("app"u8.ToArray()), Policy);
    }

    [Fact]
    public async Task A_stranger_that_calls_itself_GitHub_gets_nothing_signed()
    {
        using var stranger = InMemorySigstore.GitHub();
        _job.Write("root.json", stranger.TrustedRoot);
        await _job.RunAsync(AgentFaults.Refused);
        Assert.Contains("EVIDENCE_REFUSED", _job.Place.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("/api/v1/timestamp", _job.Sigstore.Asked);
    }

    [Fact]
    public async Task Without_a_timestamp_nothing_is_written()
    {
        _job.Sigstore.Instead = (path, _) => path == "/api/v1/timestamp" ? new HttpResponseMessage(HttpStatusCode.NotFound) : null;
        await _job.RunAsync(AgentFaults.CouldNot);
        Assert.False(Directory.Exists(_job.Place.PathOf("attestations")));
        Assert.Empty(_job.GitHub.Attestations);
    }

    [Fact]
    public async Task A_config_with_a_log_is_refused_because_nothing_may_be_published()
    {
        File.WriteAllBytes(_job.Place.PathOf("config.json"), SmallSigstore.ConfigAt(SmallSigstore.Url, timestamps: true, 2));
        _job.Set(ActionInputs.SigningConfig, "config.json");
        await _job.RunAsync(AgentFaults.Usage);
        Assert.Contains("publishes nothing of what it signs", _job.Place.Printed, StringComparison.Ordinal);
        Assert.Empty(_job.Sigstore.Asked);
    }

    [Fact]
    public async Task A_config_without_a_timestamp_authority_is_refused_because_nothing_else_proves_the_time()
    {
        File.WriteAllBytes(_job.Place.PathOf("config.json"), SmallSigstore.ConfigAt(SmallSigstore.Url, timestamps: false));
        _job.Set(ActionInputs.SigningConfig, "config.json");
        await _job.RunAsync(AgentFaults.Usage);
        Assert.Contains("lists no timestamp authority", _job.Place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_signed_is_never_handed_to_the_log_of_another_instance()
    {
        _job.Place.Variables["SIGNING_AGENT_STATE"] = "state.jsonl";
        _job.Set(ActionInputs.Release, "v1");
        _job.GitHub.HasRelease = false;
        await _job.RunAsync(AgentFaults.CouldNot);
        var kept = File.ReadAllText(_job.Place.PathOf("state.jsonl"));
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
        _job.Place.Variables["SIGNING_AGENT_STATE"] = "state.jsonl";
        _job.Set(ActionInputs.Release, "v1");
        _job.GitHub.HasRelease = false;
        await _job.RunAsync(AgentFaults.CouldNot);
        _job.GitHub.HasRelease = true;
        await _job.RunAsync(AgentFaults.Success);
        Assert.Single(_job.Sigstore.Asked, "/api/v1/timestamp");
        Assert.Single(_job.GitHub.Attestations);
    }

    [Theory]
    [InlineData("https://github.example.com")]
    [InlineData("https://github.com.example.com")]
    [InlineData("https://ghe.com")]
    [InlineData("https://a.b.ghe.com")]
    [InlineData("https://github.com:8443")]
    public async Task A_server_that_has_no_such_instance_is_told_and_gets_no_token(string server)
    {
        _job.Place.Variables["GITHUB_SERVER_URL"] = server;
        await _job.RunAsync(AgentFaults.Usage);
        Assert.Contains("only github.com and GHE.com have", _job.Place.Printed, StringComparison.Ordinal);
        Assert.Empty(_job.Sigstore.Asked);
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

    public void Dispose() => _job.Dispose();
}
